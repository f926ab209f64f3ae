import { useState } from 'react';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import type { RoundOutcome, RoundRow } from '../../door/shapes';
import { useRoundWho } from '../../door/useRound';
import { useWords } from '../../i18n/I18nProvider';
import { Button, Dialog, ErrorState, Skeleton } from '../../ui';
import classes from './Round.module.css';
import { RoundReasons } from './RoundReasons';

interface Props {
  /** Which round; closed while null. */
  readonly round: string | null;
  readonly onClose: () => void;
  readonly onPatient: (patient: string) => void;
}

/** Who was asked in a round and what each answered; who could not be asked and why. */
export function RoundWhoDialog({ round, onClose, onPatient }: Props) {
  const t = useWords();
  return (
    <Dialog open={round !== null} onClose={onClose} title={t('consents.round.whoTitle')} width="lg">
      {round === null ? null : <Lists round={round} onPatient={onPatient} />}
    </Dialog>
  );
}

/** What somebody has to read comes first. */
const outcomes: readonly Exclude<RoundOutcome, 'passed'>[] = [
  'words',
  'yes',
  'no',
  'open',
  'silent',
  'over',
  'waits',
];

function Lists({ round, onPatient }: Pick<Props, 'onPatient'> & { readonly round: string }) {
  const who = useRoundWho(round);
  if (failed(who)) {
    return <ErrorState error={asDoorError(who.error)} onRetry={() => void who.refetch()} />;
  }
  if (!who.data) return <Skeleton shape="details" count={3} />;
  const { items } = who.data;
  const passed = items
    .filter((row) => row.outcome === 'passed')
    .map(({ patient, reasons }) => ({ ...patient, reasons }));
  return (
    <>
      {outcomes.map((outcome) => (
        <Group
          key={outcome}
          outcome={outcome}
          rows={items.filter((row) => row.outcome === outcome)}
          onPatient={onPatient}
        />
      ))}
      <RoundReasons people={passed} onPatient={onPatient} past />
    </>
  );
}

/** How many of one outcome are shown before somebody asks for all. */
const shown = 25;

interface GroupProps {
  readonly outcome: Exclude<RoundOutcome, 'passed'>;
  readonly rows: readonly RoundRow[];
  readonly onPatient: (patient: string) => void;
}

function Group({ outcome, rows, onPatient }: GroupProps) {
  const t = useWords();
  const [all, setAll] = useState(false);
  if (rows.length === 0) return null;
  const visible = all ? rows : rows.slice(0, shown);
  return (
    <section className={classes['group']} aria-labelledby={`consents-round-${outcome}`}>
      <h3 className={classes['legend']} id={`consents-round-${outcome}`}>
        {t(`consents.round.count.${outcome}`, { count: rows.length })}
      </h3>
      <ul className={classes['names']}>
        {visible.map((row) => (
          <li key={row.patient.id}>
            <Button kind="quiet" onClick={() => onPatient(row.patient.id)}>
              <bdi>{row.patient.name}</bdi>
            </Button>
          </li>
        ))}
      </ul>
      {visible.length < rows.length ? (
        <div>
          <Button onClick={() => setAll(true)}>
            {t('consents.more', { count: rows.length - visible.length })}
          </Button>
        </div>
      ) : null}
    </section>
  );
}
