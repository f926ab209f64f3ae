import { useFormats, useWords } from '../../i18n/I18nProvider';
import classes from './Progress.module.css';

interface Props {
  /** What is being done. */
  readonly label: string;
  readonly done: number;
  /** Zero while nobody knows yet. */
  readonly total: number;
}

/** How far a piece of work is, in words and as a bar. */
export function Progress({ label, done, total }: Props) {
  const t = useWords();
  const formats = useFormats();
  const known = total > 0;
  return (
    <div className={classes['progress']}>
      <div className={classes['words']}>
        <span>{label}</span>
        {known ? (
          <span className={classes['count']}>
            {t('ui.progress', { done: formats.number(done), total: formats.number(total) })}
          </span>
        ) : null}
      </div>
      <progress
        className={classes['bar']}
        aria-label={label}
        {...(known ? { value: Math.min(done, total), max: total } : {})}
      />
    </div>
  );
}
