import { describe, expect, it } from 'vitest';
import { errorWords, phrase } from './errors';
import { createFormats } from './formats';
import { createI18n } from './i18n';

const formats = createFormats('en', 'America/Denver');
const now = '2026-03-04T16:30:00Z';

describe('the sentences of an error', () => {
  it('are chosen by its code', () => {
    const words = errorWords(createI18n('en'), formats, { code: 'app.locked', retry: true }, now);
    expect(words.what).toContain('locked');
    expect(words.next).toContain('Sign in');
  });

  it('follow the language', () => {
    const words = errorWords(createI18n('es'), formats, { code: 'app.locked', retry: true }, now);
    expect(words.what).toContain('bloqueado');
  });

  it.each(['nobody.knows_this', 'app', '', 'app.internal.what', '__proto__.x'])(
    'never show the code %j',
    (code) => {
      const i18n = createI18n('en');
      const words = errorWords(i18n, formats, { code, retry: false }, now);
      expect(words.what).toBe(i18n.t('errors.app.internal.what'));
    },
  );

  it('write moments and numbers in the reader’s way', () => {
    const i18n = createI18n('en');
    i18n.addResourceBundle(
      'en',
      'translation',
      {
        errors: { test: { later: { what: 'Over {{limit}}.', next: 'Wait until {{until}}.' } } },
      },
      true,
    );
    const words = errorWords(
      i18n,
      formats,
      {
        code: 'test.later',
        params: { limit: 1600, until: '2026-03-04T17:00:00.000Z' },
        retry: true,
      },
      now,
    );
    expect(words.what).toBe('Over 1,600.');
    expect(words.next.replace(/\u202f/g, ' ')).toBe('Wait until Mar 4, 10:00 AM.');
  });

  it.each([
    ['en', 'The consent starts on March 23, 2026.'],
    ['es', 'El consentimiento empieza el 23 de marzo de 2026.'],
  ] as const)('write a day in %s without an hour', (language, sentence) => {
    const why = phrase(
      createI18n(language),
      createFormats(language, 'America/Denver'),
      'reasons.policy.consent_not_begun',
      { starts: '2026-03-23' },
      now,
    );
    expect(why).toBe(sentence);
  });

  it.each([
    ['provider.refused', { provider_code: 29999 }, 'its number for it: 29999.'],
    ['provider.not_delivered', { provider_code: 30008 }, 'its number for it: 30008.'],
    ['provider.refused', {}, 'send it again.'],
  ])('name the number by which the phone service gives a reason: %s %j', (code, params, end) => {
    const words = errorWords(createI18n('en'), formats, { code, params, retry: false }, now);
    expect(words.next.endsWith(end)).toBe(true);
    expect(words.next).not.toContain('{{');
  });
});
