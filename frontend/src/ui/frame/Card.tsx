import { type ReactNode, useId } from 'react';
import classes from './Card.module.css';

interface Props {
  readonly title: string;
  /** A sentence or two under the title. */
  readonly lead?: string;
  readonly children?: ReactNode;
}

/** A part of a screen with its title, in a frame of its own. */
export function Card({ title, lead, children }: Props) {
  const id = useId();
  return (
    <section className={classes['card']} aria-labelledby={id}>
      <h2 className={classes['title']} id={id}>
        {title}
      </h2>
      {lead ? <p className={classes['lead']}>{lead}</p> : null}
      {children}
    </section>
  );
}
