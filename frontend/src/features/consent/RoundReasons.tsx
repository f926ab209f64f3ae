import { useState } from 'react';
import type { Reason } from '../../door/shapes';
import { useWords } from '../../i18n/I18nProvider';
import { ReasonList } from '../../terms/ReasonList';
import { Button } from '../../ui';
import classes from './Round.module.css';

interface Person {
  readonly id: string;
  readonly name: string;
  readonly reasons: readonly Reason[];
}

interface Props {
  readonly people: readonly Person[];
  readonly onPatient: (patient: string) => void;
  /** Only how many, until somebody asks who. */
  readonly folded?: boolean;
  /** The round is over for them. */
  readonly past?: boolean;
}

/** How many of one reason are shown before somebody asks for all. */
const shown = 25;

/** Who cannot be asked by text, by the reason and what to do about it. */
export function RoundReasons({ people, onPatient, folded = false, past = false }: Props) {
  const t = useWords();
  const [open, setOpen] = useState(!folded);
  if (people.length === 0) return null;
  const byReason = new Map<string, Person[]>();
  for (const p of people) {
    // The same sentence: a STOP of another day is another one.
    const same = JSON.stringify(p.reasons);
    const known = byReason.get(same);
    if (known) known.push(p);
    else byReason.set(same, [p]);
  }
  return (
    <section className={classes['not']} aria-labelledby="consents-round-not">
      <h3 className={classes['legend']} id="consents-round-not">
        {t(past ? 'consents.round.count.passed' : 'consents.round.not', { count: people.length })}
      </h3>
      {open ? (
        [...byReason.entries()].map(([same, who]) => (
          <Group key={same} people={who} onPatient={onPatient} />
        ))
      ) : (
        <div>
          <Button onClick={() => setOpen(true)}>{t('consents.round.why')}</Button>
        </div>
      )}
    </section>
  );
}

function Group({ people, onPatient }: Omit<Props, 'folded' | 'past'>) {
  const t = useWords();
  const [all, setAll] = useState(false);
  const rows = all ? people : people.slice(0, shown);
  return (
    <div className={classes['group']}>
      <ReasonList reasons={people[0]?.reasons ?? []} />
      <ul className={classes['names']}>
        {rows.map((p) => (
          <li key={p.id}>
            <Button kind="quiet" onClick={() => onPatient(p.id)}>
              <bdi>{p.name}</bdi>
            </Button>
          </li>
        ))}
      </ul>
      {rows.length < people.length ? (
        <div>
          <Button onClick={() => setAll(true)}>
            {t('consents.more', { count: people.length - rows.length })}
          </Button>
        </div>
      ) : null}
    </div>
  );
}
