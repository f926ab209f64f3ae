import { createPortal } from 'react-dom';
import { useWords } from '../../i18n/I18nProvider';
import classes from './PrintedMove.module.css';

interface Props {
  readonly file: string;
  readonly code: string;
  readonly days: number;
}

/** The paper with the code of a move. It names neither the clinic nor anybody. */
export function PrintedMove({ file, code, days }: Props) {
  const t = useWords();
  return createPortal(
    <div className={classes['paper']} aria-hidden="true">
      <h1 className={classes['title']}>{t('moved.paperTitle')}</h1>
      <p>{file}</p>
      <p className={classes['code']} translate="no">
        {code}
      </p>
      <p>{t('moved.paperRule', { count: days })}</p>
    </div>,
    document.body,
  );
}
