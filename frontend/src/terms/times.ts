import type { ConsentScope } from '../door/shapes';
import type { Formats } from '../i18n/formats';
import { useFormats, useWords } from '../i18n/I18nProvider';
import type { Words } from '../i18n/words';
import { type Terms, useTerms, weekdays } from './terms';

type Times = Pick<ConsentScope, 'fromHour' | 'toHour' | 'weekdays'>;

interface Wording {
  readonly t: Words;
  readonly terms: Terms;
  readonly formats: Formats;
}

/** When a patient wants texts, in words: "Monday and Tuesday, 5 PM to 8 PM", or "At any time". */
export function timesInWords(
  { t, terms, formats }: Wording,
  { fromHour, toHour, weekdays: days }: Times,
  nameOf: (day: number) => string = terms.weekday,
): string {
  const anyHour = fromHour === 0 && toHour === 24;
  const anyDay = days.length === 0 || days.length === 7;
  const hours = t('paper.hours', { from: terms.hour(fromHour), to: terms.hour(toHour) });
  if (anyDay) return anyHour ? t('paper.anyTime') : hours;
  const named = formats.list(weekdays.filter((d) => days.includes(d)).map(nameOf));
  return anyHour ? named : `${named}, ${hours}`;
}

/** The same for a card, with short names of the days. */
export function useTimesInWords(): (times: Times) => string {
  const t = useWords();
  const terms = useTerms();
  const formats = useFormats();
  return (times) => timesInWords({ t, terms, formats }, times, terms.weekdayShort);
}
