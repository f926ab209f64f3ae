import { useWords } from '../i18n/I18nProvider';
import classes from './Cover.module.css';

interface Props {
  /** Lies over what is there, which keeps its place and its focus. */
  readonly over?: boolean;
  /** It is there because the window lies behind another one. */
  readonly covered?: boolean;
}

/** The empty window: while the program is asked what may be shown. */
export function Cover({ over = false, covered = false }: Props) {
  const t = useWords();
  return (
    <div className={classes['cover']} data-over={over || undefined}>
      <span className="ql-spoken" role="status">
        {covered ? t('lock.covered') : t('shell.starting')}
      </span>
    </div>
  );
}
