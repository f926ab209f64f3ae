import type { ReactNode } from 'react';
import { asDoorError } from '../../door/error';
import { isSet } from '../../door/ids';
import type { PatientCard } from '../../door/shapes';
import { usePatient } from '../../door/usePatients';
import { useWords } from '../../i18n/I18nProvider';
import { ErrorState, Pane, Skeleton } from '../../ui';
import classes from './PatientPane.module.css';
import { PatientPanel } from './PatientPanel';

interface Props {
  readonly patient: string;
  readonly onBack: () => void;
  readonly onText: (thread: string) => void;
  readonly consents: (card: PatientCard) => ReactNode;
}

/** A patient's card in the middle of the window. */
export function PatientPane({ patient, onBack, onText, consents }: Props) {
  const t = useWords();
  const query = usePatient(patient);
  return (
    <Pane title={t('patients.card')} onBack={onBack}>
      <div className={classes['column']}>
        {query.error ? (
          <ErrorState error={asDoorError(query.error)} onRetry={() => void query.refetch()} />
        ) : query.data ? (
          <PatientPanel
            card={query.data}
            consents={consents(query.data)}
            onText={isSet(query.data.thread) ? () => onText(query.data.thread) : undefined}
          />
        ) : (
          <Skeleton shape="details" />
        )}
      </div>
    </Pane>
  );
}
