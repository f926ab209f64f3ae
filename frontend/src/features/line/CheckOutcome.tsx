import type { LineReading } from '../../door/shapes';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import classes from './LineSection.module.css';

/** What the last full check came to. */
export function CheckOutcome({ reading }: { readonly reading: LineReading }) {
  const t = useWords();
  const formats = useFormats();
  const { listed, missing, brought, aside, kept } = reading;
  const here =
    listed === 0
      ? [t('line.reading.noneListed')]
      : missing > 0
        ? [t('line.reading.missing', { count: missing })]
        : kept > 0
          ? [t('line.reading.allHere', { count: kept })]
          : [];
  return (
    <>
      {[
        ...here,
        ...(brought > 0 ? [t('line.reading.brought', { count: brought })] : []),
        ...(aside > 0 ? [t('line.reading.aside', { count: aside })] : []),
      ].join(' ')}
      {reading.holes.length > 0 ? (
        <ul className={classes['holes']}>
          {reading.holes.map((hole) => (
            <li key={hole.day}>
              {t('line.reading.hole', { day: formats.day(hole.day), count: hole.missing })}
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}
