import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import type { ConsentStep } from '../../door/shapes';
import { useConsentHistory } from '../../door/usePatients';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { useTerms } from '../../terms/terms';
import { Dialog, ErrorState, FactList, Skeleton, useNow } from '../../ui';
import classes from './HistoryDialog.module.css';

interface Props {
  /** The consent whose history is shown; closed while null. */
  readonly consent: string | null;
  readonly onClose: () => void;
}

/** Everything that happened to a consent, oldest first. */
export function HistoryDialog({ consent, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog open={consent !== null} onClose={onClose} title={t('paper.history.title')}>
      {consent ? <Steps consent={consent} /> : null}
    </Dialog>
  );
}

function Steps({ consent }: { readonly consent: string }) {
  const t = useWords();
  const history = useConsentHistory(consent);
  if (failed(history)) {
    return <ErrorState error={asDoorError(history.error)} onRetry={() => void history.refetch()} />;
  }
  if (!history.data) return <Skeleton shape="details" />;
  return (
    <>
      <ol className={classes['steps']}>
        {history.data.steps.map((step) => (
          <Step key={`${step.at} ${step.what}`} step={step} />
        ))}
      </ol>
      <FactList facts={[{ term: t('paper.code'), value: history.data.code }]} />
    </>
  );
}

function Step({ step }: { readonly step: ConsentStep }) {
  const t = useWords();
  const terms = useTerms();
  const formats = useFormats();
  const now = useNow();
  return (
    <li className={classes['step']}>
      <p className={classes['what']}>{t(`paper.history.what.${step.what}`)}</p>
      <p className={classes['more']}>
        {[
          formats.dateTime(step.at, now),
          step.by ? t('paper.history.by', { name: step.by }) : t('paper.history.itself'),
          step.how ? terms.revokedHow(step.how) : '',
          step.what === 'held'
            ? t(`paper.hold.reason.${step.hold === '' ? 'other' : step.hold}`)
            : '',
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {step.what === 'given' || step.what === 'narrowed' ? (
        <p className={classes['more']}>{formats.list(step.scope.categories.map(terms.category))}</p>
      ) : null}
    </li>
  );
}
