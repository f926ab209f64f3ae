import type { Moment } from '../../i18n/formats';
import { useFormats } from '../../i18n/I18nProvider';
import { useNow } from '../now';
import classes from './DaySeparator.module.css';

interface Props {
  readonly at: Moment;
}

/** The heading above a day's texts, an item of the same list. */
export function DaySeparator({ at }: Props) {
  const formats = useFormats();
  const now = useNow();
  return (
    <li className={classes['day']}>
      <span className={classes['words']}>{formats.dayHeading(at, now)}</span>
    </li>
  );
}
