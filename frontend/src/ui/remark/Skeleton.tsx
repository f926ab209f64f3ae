import { useWords } from '../../i18n/I18nProvider';
import classes from './Skeleton.module.css';

interface Props {
  /** What is being fetched looks like this. */
  readonly shape: 'rows' | 'messages' | 'details';
  readonly count?: number;
}

/** Stands where content will stand, at its size, so that nothing jumps when it comes. */
export function Skeleton({ shape, count = 6 }: Props) {
  const t = useWords();
  return (
    <div className={classes['skeleton']} data-shape={shape} role="status" aria-live="polite">
      <span className="ql-spoken">{t('ui.loading')}</span>
      {Array.from({ length: count }, (_, at) => at).map((at) => (
        <div key={at} className={classes['item']} data-side={at % 3 === 1 ? 'out' : 'in'}>
          {shape === 'rows' ? <span className={classes['disc']} /> : null}
          <span className={classes['lines']}>
            <span className={classes['line']} data-width={(at % 3) + 1} />
            <span className={classes['line']} data-width={((at + 1) % 3) + 2} />
          </span>
        </div>
      ))}
    </div>
  );
}
