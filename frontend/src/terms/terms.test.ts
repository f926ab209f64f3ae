import { describe, expect, it } from 'vitest';
import { connectionOf } from '../features/line/connection';
import { ageOn } from '../features/patients/age';
import { consent, reason } from '../test/people';
import { badgeOfCard, badgeOfConsent } from './standing';
import { zoneLabel, zoneNames } from './zones';

describe('time zones', () => {
  it('begin with those of the United States and hold each name once', () => {
    const names = zoneNames();
    expect(names.slice(0, 3)).toEqual([
      'America/Puerto_Rico',
      'America/New_York',
      'America/Chicago',
    ]);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('Europe/Berlin');
  });

  it('are called by place and name', () => {
    expect(zoneLabel('America/Denver', 'en')).toBe('Denver (Mountain Time)');
    expect(zoneLabel('UTC', 'en')).toMatch(/^UTC/);
  });
});

describe('a badge', () => {
  it('names the hardest reason', () => {
    const stop = reason('opted_out', 'ask_for_start', 'consent-form');
    expect(badgeOfCard({ standing: 'cannot_text', reasons: [stop] })).toBe('stopped');
    expect(badgeOfCard({ standing: 'cannot_text', reasons: [] })).toBe('cannot');
    expect(badgeOfCard({ standing: 'can_text', reasons: [] })).toBe('given');
  });

  it('of a consent that was asked for says that it waits', () => {
    expect(badgeOfConsent(consent('c', { state: 'requested' }).state)).toBe('pending');
  });
});

describe('an age', () => {
  it.each([
    ['2008-03-17', '2026-03-17', 18],
    ['2008-03-18', '2026-03-17', 17],
    ['2008-02-29', '2026-02-28', 17],
    ['2008-02-29', '2026-03-01', 18],
  ])('of someone born on %s is on %s %i', (born, on, age) => {
    expect(ageOn(born, on)).toBe(age);
  });
});

describe('the line', () => {
  const now = new Date('2026-03-17T15:42:00Z');
  const status = {
    line: 'good',
    kind: 'simulator',
    phone: '',
    lastHeard: '2026-03-17T15:41:00.000Z',
    problem: null,
    unanswered: null,
    waiting: 0,
    undecided: 0,
    doubts: 0,
  } as const;

  it.each([
    ['good', '2026-03-17T15:41:00.000Z', 'ok'],
    ['good', '2026-03-17T15:30:00.000Z', 'late'],
    ['good', '', 'ok'],
    ['offline', '2026-03-17T15:30:00.000Z', 'off'],
    ['none', '', 'never'],
  ] as const)('%s and heard at "%s" is %s', (line, lastHeard, kind) => {
    expect(connectionOf({ ...status, line, lastHeard }, now).kind).toBe(kind);
  });
});
