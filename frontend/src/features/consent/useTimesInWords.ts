import type { ConsentRow } from '../../door/shapes';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { useTerms, weekdays } from '../../terms/terms';

type Times = Pick<ConsentRow, 'fromHour' | 'toHour' | 'weekdays'>;

/** Days and hours in words: "Mon, Tue and Wed, 5 PM to 8 PM", or "At any time". */
export function useTimesInWords(): (times: Times) => string {
  const t = useWords();
  const terms = useTerms();
  const formats = useFormats();
  return ({ fromHour, toHour, weekdays: days }) => {
    const anyHour = fromHour === 0 && toHour === 24;
    const anyDay = days.length === 0 || days.length === 7;
    const hours = t('paper.hours', { from: terms.hour(fromHour), to: terms.hour(toHour) });
    if (anyDay) return anyHour ? t('paper.anyTime') : hours;
    const named = formats.list(weekdays.filter((d) => days.includes(d)).map(terms.weekdayShort));
    return anyHour ? named : `${named}, ${hours}`;
  };
}
