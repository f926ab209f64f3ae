import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { useWaitingPatients } from '../../door/usePeople';
import { useWords } from '../../i18n/I18nProvider';
import { Button, Card, ErrorState, Quiet, Row, Rows } from '../../ui';

interface Props {
  readonly onPatient: (patient: string) => void;
}

const shown = 12;

/** The patients whom no therapist cares for. Nothing stands here where there are none. */
export function WaitingSection({ onPatient }: Props) {
  const t = useWords();
  const waiting = useWaitingPatients();
  if (failed(waiting)) {
    return <ErrorState error={asDoorError(waiting.error)} onRetry={() => void waiting.refetch()} />;
  }
  if (!waiting.data || waiting.data.all === 0) return null;
  const { items, all } = waiting.data;
  return (
    <Card title={t('people.waiting', { count: all })}>
      <Rows>
        {items.slice(0, shown).map((patient) => (
          <Row
            key={patient.id}
            name={patient.name}
            actions={
              <Button size="sm" onClick={() => onPatient(patient.id)}>
                {t('people.openCard')}
              </Button>
            }
          />
        ))}
      </Rows>
      {all > shown ? <Quiet>{t('people.leave.more', { count: all - shown })}</Quiet> : null}
    </Card>
  );
}
