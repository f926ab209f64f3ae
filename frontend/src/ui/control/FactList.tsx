import type { ReactNode } from 'react';
import classes from './FactList.module.css';

interface Fact {
  readonly term: string;
  readonly value: ReactNode;
}

interface Props {
  /** A sentence before the facts. */
  readonly lead?: string;
  readonly facts: readonly Fact[];
}

/** What is known about something, as pairs of a word and a value. */
export function FactList({ lead, facts }: Props) {
  return (
    <>
      {lead ? <p className={classes['lead']}>{lead}</p> : null}
      <dl className={classes['facts']}>
        {facts.map(({ term, value }) => (
          <div key={term} className={classes['fact']}>
            <dt className={classes['term']}>{term}</dt>
            <dd className={classes['value']}>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
