import { useWords } from '../../i18n/I18nProvider';
import classes from './live.module.css';

const parts = ['cost', 'agreement', 'time', 'hand'] as const;

/** What a clinic should know before it begins: money, the agreement, the waiting. */
export function BeforeStep() {
  const t = useWords();
  return (
    <>
      {parts.map((part) => (
        <section key={part} className={classes['part']}>
          <h3 className={classes['heading']}>{t(`live.before.${part}Title`)}</h3>
          <p>{t(`live.before.${part}`)}</p>
        </section>
      ))}
    </>
  );
}
