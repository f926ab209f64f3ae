import { useWaitingPatients } from '../../door/usePeople';
import { useWords } from '../../i18n/I18nProvider';
import { Button, Card } from '../../ui';
import classes from './people.module.css';

interface Props {
  readonly onPatient: (patient: string) => void;
}

const shown = 12;

/** The patients whom no therapist cares for. Nothing stands here where there are none. */
export function WaitingSection({ onPatient }: Props) {
  const t = useWords();
  const waiting = useWaitingPatients();
  if (!waiting.data || waiting.data.all === 0) return null;
  const { items, all } = waiting.data;
  return (
    <Card title={t('people.waiting', { count: all })}>
      <ul className={classes['list']}>
        {items.slice(0, shown).map((patient) => (
          <li key={patient.id} className={classes['row']}>
            <span className={classes['who']}>{patient.name}</span>
            <Button size="sm" onClick={() => onPatient(patient.id)}>
              {t('people.openCard')}
            </Button>
          </li>
        ))}
      </ul>
      {all > shown ? (
        <p className={classes['quiet']}>{t('people.leave.more', { count: all - shown })}</p>
      ) : null}
    </Card>
  );
}
