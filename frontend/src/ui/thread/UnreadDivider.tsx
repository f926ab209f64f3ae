import { useWords } from '../../i18n/I18nProvider';
import classes from './UnreadDivider.module.css';

/** Stands above the first text that nobody had read when the conversation was opened. */
export function UnreadDivider() {
  const t = useWords();
  return (
    <li className={classes['divider']}>
      <span className={classes['words']}>{t('thread.newFromHere')}</span>
    </li>
  );
}
