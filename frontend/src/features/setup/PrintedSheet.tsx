import { useFormats, useWords } from '../../i18n/I18nProvider';
import { PrintedPaper, QrCode, useNow } from '../../ui';
import classes from './PrintedSheet.module.css';

interface Props {
  readonly words: readonly string[];
  /** What the square code holds. */
  readonly code: string;
  readonly clinicName: string;
}

/** The paper itself: nothing of it is on the screen, and nothing else is on the paper. */
export function PrintedSheet({ words, code, clinicName }: Props) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  return (
    <PrintedPaper head={t('app.name')} title={t('setup.paper.title')}>
      <p className={classes['about']}>
        {t('setup.paper.about', { clinic: clinicName, date: formats.date(now) })}
      </p>
      <div className={classes['body']}>
        <ol className={classes['words']} translate="no">
          {words.map((word, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the place is what counts; a word may come twice
            <li key={at}>
              <span className={classes['number']}>{at + 1}</span> {word}
            </li>
          ))}
        </ol>
        <QrCode text={code} className={classes['code'] ?? ''} />
      </div>
      <ul className={classes['rules']}>
        <li>{t('setup.paper.keep')}</li>
        <li>{t('setup.paper.second')}</li>
        <li>{t('setup.paper.never')}</li>
        <li>{t('setup.paper.lost')}</li>
      </ul>
    </PrintedPaper>
  );
}
