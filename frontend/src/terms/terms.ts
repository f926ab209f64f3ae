import { useMemo } from 'react';
import type { Category, Channel, Member, RevokedHow, Signer, Standing } from '../door/shapes';
import { useLanguage, useWords } from '../i18n/I18nProvider';
import type { Language } from '../i18n/i18n';
import type { Words } from '../i18n/words';

/** Every category, in the order of the form. */
export const categories: readonly Category[] = [
  'scheduling',
  'reminders',
  'medication',
  'check_ins',
  'education',
  'results',
  'billing',
  'other',
];

export const signers: readonly Signer[] = [
  'patient',
  'parent',
  'guardian',
  'representative',
  'minor',
];

/** How a patient may rather be reached; empty is by text. */
export const channels: readonly Channel[] = ['', 'call', 'letter'];

/** The days of the week, Monday first; Sunday is 0 as the doors count. */
export const weekdays = [1, 2, 3, 4, 5, 6, 0] as const;

/** The clinic's words for what the doors name with fixed values. */
export interface Terms {
  category(category: Category): string;
  /** What the category covers, for someone who ticks it. */
  categoryHint(category: Category): string;
  signer(signer: Signer): string;
  revokedHow(how: RevokedHow): string;
  /** By text, by a call; of whoever would rather be reached so. */
  channel(channel: Channel): string;
  role(role: Member['role']): string;
  standing(standing: Standing): string;
  /** Monday; 0 is Sunday. */
  weekday(day: number): string;
  /** Mon; 0 is Sunday. */
  weekdayShort(day: number): string;
  /** 5 PM; 0 and 24 are midnight. */
  hour(hour: number): string;
  /** 5:30 PM, by minutes after midnight: a clock on the wall, in no zone. */
  clock(minute: number): string;
}

export function useTerms(): Terms {
  const t = useWords();
  const { language } = useLanguage();
  return useMemo(() => termsIn(t, language), [t, language]);
}

/** The same words in a language of one's choice, for paper. */
export function termsIn(t: Words, language: Language): Terms {
  return {
    category: (c) => t(`terms.category.${c}.name`),
    categoryHint: (c) => t(`terms.category.${c}.hint`),
    signer: (s) => t(`terms.signer.${s}`),
    revokedHow: (how) => t(`terms.revokedHow.${how === '' ? 'unknown' : how}`),
    channel: (c) => t(`terms.channel.${c === '' ? 'text' : c}`),
    role: (role) => t(`roles.${role}`),
    standing: (standing) => t(`terms.standing.${standing}`),
    ...calendarWords(language),
  };
}

function calendarWords(
  language: Language,
): Pick<Terms, 'weekday' | 'weekdayShort' | 'hour' | 'clock'> {
  const locale = language === 'es' ? 'es-US' : 'en-US';
  const long = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' });
  const short = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' });
  const clock = new Intl.DateTimeFormat(locale, {
    hour: 'numeric',
    minute: '2-digit',
    timeZone: 'UTC',
  });
  const hours = new Intl.DateTimeFormat(locale, { hour: 'numeric', timeZone: 'UTC' });
  // 4 January 2026 is a Sunday.
  const on = (day: number) => new Date(Date.UTC(2026, 0, 4 + day));
  return {
    weekday: (day) => long.format(on(day)),
    weekdayShort: (day) => short.format(on(day)),
    clock: (minute) => clock.format(new Date(Date.UTC(2026, 0, 4, 0, minute))),
    hour: (hour) => hours.format(new Date(Date.UTC(2026, 0, 4, hour % 24))),
  };
}
