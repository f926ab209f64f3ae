import { describe, expect, it, test } from 'vitest';
import { createFormats } from './formats';
import { bestLanguage, createI18n } from './i18n';

const now = '2026-03-04T16:30:00Z'; // 9:30 on a Wednesday morning in Denver
const plain = (s: string) => s.replace(/[\u00a0\u202f]/g, ' ');

describe('formats', () => {
  const en = createFormats('en', 'America/Denver');
  const es = createFormats('es', 'America/Denver');

  test.each([
    ['2026-03-04T15:05:00Z', '8:05 AM'],
    ['2026-03-04T07:00:00Z', '12:00 AM'], // the first moment of today in Denver
    ['2026-03-04T06:59:59Z', 'Yesterday'],
    ['2026-02-26T15:00:00Z', 'Thu'],
    ['2026-02-25T15:00:00Z', 'Feb 25'],
    ['2025-11-04T15:00:00Z', 'Nov 4, 2025'],
    ['2026-03-05T15:00:00Z', 'Mar 5'], // a clock that ran ahead
  ])('in a list %s reads %s', (at, expected) => {
    expect(plain(en.short(at, now))).toBe(expected);
  });

  test.each([
    ['2026-03-04T15:05:00Z', 'Today', 'Hoy'],
    ['2026-03-03T15:05:00Z', 'Yesterday', 'Ayer'],
    ['2026-03-02T15:05:00Z', 'Monday, March 2', 'Lunes, 2 de marzo'],
    ['2025-12-31T15:05:00Z', 'Wednesday, December 31, 2025', 'Miércoles, 31 de diciembre de 2025'],
  ])('above a day %s reads %s and %s', (at, english, spanish) => {
    expect(en.dayHeading(at, now)).toBe(english);
    expect(es.dayHeading(at, now)).toBe(spanish);
  });

  test.each([
    ['2026-03-04T16:29:30Z', 'this minute'],
    ['2026-03-04T16:25:00Z', '5 minutes ago'],
    ['2026-03-04T18:30:00Z', 'in 2 hours'],
    ['2026-03-03T16:30:00Z', 'yesterday'],
  ])('relative %s reads %s', (at, expected) => {
    expect(en.relative(at, now)).toBe(expected);
  });

  it('names the year of a time where asked, whatever year it is', () => {
    expect(plain(en.dateTime('2026-02-26T15:00:00Z', now))).toBe('Feb 26, 8:00 AM');
    expect(plain(en.datedTime('2026-02-26T15:00:00Z'))).toBe('Feb 26, 2026, 8:00 AM');
    expect(plain(es.datedTime('2026-02-26T15:00:00Z'))).toBe('26 feb 2026, 8:00 a.m.');
  });

  it('knows what is today where the clinic is', () => {
    expect(en.isToday('2026-03-04T07:00:00Z', now)).toBe(true);
    expect(en.isToday('2026-03-05T06:59:00Z', now)).toBe(true);
    expect(en.isToday('2026-03-05T07:00:00Z', now)).toBe(false);
    expect(en.isToday('2026-03-04T06:59:59Z', now)).toBe(false);
  });

  it('counts days across the change of the clock', () => {
    // Clocks in Denver went forward on 8 March 2026.
    expect(en.dayHeading('2026-03-08T06:30:00Z', '2026-03-08T20:00:00Z')).toBe('Yesterday');
    expect(en.dayHeading('2026-03-08T07:30:00Z', '2026-03-08T20:00:00Z')).toBe('Today');
  });

  it('keeps a birthday on its day in any zone', () => {
    for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'UTC']) {
      expect(createFormats('en', zone).day('2017-03-04')).toBe('March 4, 2017');
    }
  });

  test.each([
    ['+13035550142', '(303) 555-0142'],
    ['+447700900123', '+44 770 0900 123'],
    ['62345', '62345'],
  ])('writes %s as %s', (e164, expected) => {
    expect(en.phone(e164)).toBe(expected);
  });

  it('names the months', () => {
    expect(en.months()[0]).toBe('January');
    expect(es.months()[11]).toBe('diciembre');
  });

  it('refuses a zone that does not exist', () => {
    expect(() => createFormats('en', 'Denver/Downtown')).toThrow(RangeError);
  });
});

describe('a sentence', () => {
  const say = (language: 'en' | 'es', sentence: string, values: Record<string, string>) => {
    const i18n = createI18n(language);
    i18n.addResourceBundle(language, 'translation', { test: { sentence } }, true, true);
    return plain((i18n.t as (key: string, values: object) => string)('test.sentence', values));
  };
  const nine = createFormats('es', 'America/Denver').time('2026-03-04T16:00:00Z');

  test.each([
    ['Saldrá hoy, {{time}}.', 'Saldrá hoy, 9:00 a.m.'],
    ['A las {{time}}. Después, no.', 'A las 9:00 a.m. Después, no.'],
    ['A las {{time}}, no antes.', 'A las 9:00 a.m., no antes.'],
    ['{{time}}...', '9:00 a.m....'],
  ])('ends once: %s', (sentence, expected) => {
    expect(say('es', sentence, { time: nine }).replace(/ (m\.)/g, '$1')).toBe(expected);
  });

  it('keeps its points otherwise', () => {
    expect(say('en', 'Wait... {{name}}. Then go.', { name: 'Ana Vega Jr.' })).toBe(
      'Wait... Ana Vega Jr. Then go.',
    );
  });
});

describe('the first language', () => {
  test.each([
    [['es-MX', 'en'], 'es'],
    [['fr', 'en-GB'], 'en'],
    [['fr'], 'en'],
    [[], 'en'],
  ])('of the wishes %j is %s', (wishes, expected) => {
    expect(bestLanguage(wishes)).toBe(expected);
  });
});
