import { describe, expect, it } from 'vitest';
import { createFormats } from '../../i18n/formats';
import { firstChoice, holdable, laterDays, onDay, timesOf } from './laterTimes';

const formats = createFormats('en', 'America/Denver');
const plain = (s: string) => s.replace(/\u202f/g, ' ');

describe('the times for later', () => {
  const now = new Date('2026-03-06T17:05:00Z'); // 10:05 AM, and clocks change on Sunday
  const all = laterDays(now, formats);

  it('begin at the next half hour that the phone service takes', () => {
    expect(all[0]?.day).toBe('2026-03-06');
    expect(plain(formats.time(all[0]?.times[0] ?? ''))).toBe('10:30 AM');
    expect(all).toHaveLength(16);
  });

  it('leave out the hour that the clocks skip', () => {
    const sunday = all.find((d) => d.day === '2026-03-08');
    expect(sunday?.times).toHaveLength(46);
    expect(sunday?.times.map((time) => plain(formats.time(time)))).not.toContain('2:00 AM');
  });

  it('propose the same time of the next day', () => {
    expect(firstChoice(all)).toBe('2026-03-07T17:30:00.000Z');
  });

  it('keep the hour when the day changes, across the change of the clocks', () => {
    const monday = all.find((d) => d.day === '2026-03-09');
    expect(monday && onDay(monday, firstChoice(all), formats)).toBe('2026-03-09T16:30:00.000Z');
  });

  it('can be held at the phone service for three days', () => {
    expect(holdable('2026-03-09T17:05:00.000Z', now)).toBe(true);
    expect(holdable('2026-03-09T17:30:00.000Z', now)).toBe(false);
    expect(holdable('2026-03-06T17:10:00.000Z', now)).toBe(false);
  });

  it('name the zone of an hour that comes twice', () => {
    const fall = laterDays(new Date('2026-10-31T17:05:00Z'), formats);
    const shown = timesOf(
      fall.find((d) => d.day === '2026-11-01'),
      formats,
    ).map(({ label }) => plain(label));
    expect(shown).toHaveLength(50);
    expect(new Set(shown).size).toBe(50);
    expect(shown).toEqual(expect.arrayContaining(['1:30 AM MDT', '1:30 AM MST', '2:00 AM']));
  });
});
