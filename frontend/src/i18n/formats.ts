import type { Language } from './i18n';

/** A moment: RFC 3339 as the doors write it, or a Date. */
export type Moment = string | Date;

/** A day of the calendar without time and zone, `YYYY-MM-DD`. */
export type Day = string;

/**
 * How moments, days, numbers and lists are written in one language and one
 * time zone. The zone is the clinic's, never the computer's: two desks must
 * read the same clock.
 */
export interface Formats {
  readonly language: Language;
  readonly zone: string;
  /** 8:05 AM */
  time(at: Moment): string;
  /** 1:30 AM MDT; for an hour that comes twice. */
  timeAndZone(at: Moment): string;
  /** March 4, 2026 */
  date(at: Moment): string;
  /** Mar 4, 8:05 AM; with the year where it is another than now's. */
  dateTime(at: Moment, now: Moment): string;
  /** Mar 4, 2026, 8:05 AM; for paper, which is read in another year than it is printed in. */
  datedTime(at: Moment): string;
  /** The time alone today, with the day otherwise: 9:00 AM; Mar 5, 9:00 AM. */
  timeOrDay(at: Moment, now: Moment): string;
  /** Whether a moment lies on the same day as now, in the zone. */
  isToday(at: Moment, now: Moment): boolean;
  /** A calendar day, such as a birthday: March 4, 2017. */
  day(day: Day): string;
  /** The heading above a day's messages: Today, Yesterday, Tuesday, March 3. */
  dayHeading(at: Moment, now: Moment): string;
  /** In a list: the time today, the weekday this week, else the date. */
  short(at: Moment, now: Moment): string;
  /** 5 minutes ago, in 2 hours. */
  relative(at: Moment, now: Moment): string;
  number(value: number): string;
  /** The length of a file: 88 kB, 2.1 MB. */
  size(bytes: number): string;
  percent(share: number): string;
  /** An amount of a currency: $12.40. */
  money(amount: number, currency: string): string;
  list(items: readonly string[]): string;
  /** The twelve names of the months, January first. */
  months(): string[];
  /** (303) 555-0142 for numbers of North America, grouped digits for others. */
  phone(e164: string): string;
  /** The calendar day of a moment in the clinic's zone. */
  dayOf(at: Moment): Day;
}

/** Intl's names of the languages: Spanish as it is written in the United States. */
const locales: Readonly<Record<Language, string>> = { en: 'en-US', es: 'es-US' };

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const date = (at: Moment): Date => (typeof at === 'string' ? new Date(at) : at);

/** The number of a calendar day, counted from 1970. */
const dayNumber = (ymd: Day): number => Math.round(Date.parse(`${ymd}T00:00:00Z`) / day);

/** Makes the formats of a language and a zone; a zone that Intl does not know throws RangeError. */
export function createFormats(language: Language, zone: string): Formats {
  const locale = locales[language];
  const make = (options: Intl.DateTimeFormatOptions, timeZone = zone) =>
    new Intl.DateTimeFormat(locale, { timeZone, ...options });

  const timeOnly = make({ hour: 'numeric', minute: '2-digit' });
  const withZone = make({ hour: 'numeric', minute: '2-digit', timeZoneName: 'short' });
  const longDate = make({ year: 'numeric', month: 'long', day: 'numeric' });
  const plainDay = make({ year: 'numeric', month: 'long', day: 'numeric' }, 'UTC');
  const monthDay = make({ month: 'short', day: 'numeric' });
  const monthDayYear = make({ month: 'short', day: 'numeric', year: 'numeric' });
  const withTime = make({ month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' });
  const withYear = make({
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
  });
  const weekday = make({ weekday: 'short' });
  const heading = make({ weekday: 'long', month: 'long', day: 'numeric' });
  const headingYear = make({ weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' });
  const monthName = make({ month: 'long' }, 'UTC');
  // Read part by part: in which order a locale writes a date is for each web view
  // to say, and they do not agree.
  const ymd = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const ago = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const numbers = new Intl.NumberFormat(locale);
  const unit = (name: 'kilobyte' | 'megabyte') =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, maximumFractionDigits: 1 });
  const kilobytes = unit('kilobyte');
  const megabytes = unit('megabyte');
  const shares = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' });

  const dayOf = (at: Moment): Day => {
    const parts = ymd.formatToParts(date(at));
    const part = (type: 'year' | 'month' | 'day') =>
      parts.find((p) => p.type === type)?.value ?? '';
    return `${part('year')}-${part('month')}-${part('day')}`;
  };
  const daysAgo = (at: Moment, now: Moment): number => dayNumber(dayOf(now)) - dayNumber(dayOf(at));
  const isToday = (at: Moment, now: Moment): boolean => dayOf(at) === dayOf(now);
  const sameYear = (at: Moment, now: Moment): boolean =>
    dayOf(at).slice(0, 4) === dayOf(now).slice(0, 4);
  const dateTime = (at: Moment, now: Moment): string =>
    (sameYear(at, now) ? withTime : withYear).format(date(at));
  const capital = (words: string): string =>
    words.slice(0, 1).toLocaleUpperCase(locale) + words.slice(1);

  return {
    language,
    zone,
    time: (at) => timeOnly.format(date(at)),
    timeAndZone: (at) => withZone.format(date(at)),
    date: (at) => longDate.format(date(at)),
    dateTime,
    datedTime: (at) => withYear.format(date(at)),
    isToday,
    timeOrDay: (at, now) => (isToday(at, now) ? timeOnly.format(date(at)) : dateTime(at, now)),
    day: (value) => plainDay.format(new Date(`${value}T00:00:00Z`)),
    dayHeading: (at, now) => {
      const days = daysAgo(at, now);
      if (days === 0 || days === 1) return capital(ago.format(-days, 'day'));
      return capital((sameYear(at, now) ? heading : headingYear).format(date(at)));
    },
    short: (at, now) => {
      const days = daysAgo(at, now);
      if (days === 0) return timeOnly.format(date(at));
      if (days === 1) return capital(ago.format(-1, 'day'));
      if (days > 1 && days < 7) return capital(weekday.format(date(at)));
      return (sameYear(at, now) ? monthDay : monthDayYear).format(date(at));
    },
    relative: (at, now) => {
      const span = date(at).getTime() - date(now).getTime();
      const size = Math.abs(span);
      if (size < minute) return ago.format(0, 'minute');
      if (size < hour) return ago.format(Math.trunc(span / minute), 'minute');
      if (size < day) return ago.format(Math.trunc(span / hour), 'hour');
      return ago.format(Math.trunc(span / day), 'day');
    },
    number: (value) => numbers.format(value),
    size: (bytes) =>
      bytes < 1_000_000
        ? kilobytes.format(Math.max(1, Math.round(bytes / 1000)))
        : megabytes.format(bytes / 1_000_000),
    percent: (share) => shares.format(share),
    money: (amount, currency) =>
      new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount),
    list: (items) => lists.format(items),
    months: () =>
      Array.from({ length: 12 }, (_, m) => monthName.format(new Date(Date.UTC(2001, m, 1)))),
    phone: (e164) => {
      const american = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(e164);
      if (american) return `(${american[1]}) ${american[2]}-${american[3]}`;
      return e164.replace(/^(\+\d{2})(\d{3})(\d{3,4})(\d+)$/, '$1 $2 $3 $4');
    },
    dayOf,
  };
}
