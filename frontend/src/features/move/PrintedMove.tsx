import { useWords } from '../../i18n/I18nProvider';
import { PrintedPaper } from '../../ui';
import classes from './PrintedMove.module.css';

interface Props {
  readonly file: string;
  readonly code: string;
  readonly days: number;
}

/** The paper with the code of a move. It names neither the clinic nor anybody. */
export function PrintedMove({ file, code, days }: Props) {
  const t = useWords();
  return (
    <PrintedPaper title={t('moved.paperTitle')}>
      <p>{file}</p>
      <p className={classes['code']} translate="no">
        {code}
      </p>
      <p>{t('moved.paperRule', { count: days })}</p>
    </PrintedPaper>
  );
}
