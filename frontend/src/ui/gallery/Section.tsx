import { Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import classes from './Gallery.module.css';

interface Props {
  readonly title: string;
  readonly children: ReactNode;
  /** How the samples stand: in a row that wraps, in two columns, or each on its own line. */
  readonly layout?: 'row' | 'columns' | 'stack';
}

/** One kind of part with its name. */
export function Section({ title, children, layout = 'row' }: Props) {
  const id = useId();
  return (
    <section className={classes['section']} aria-labelledby={id}>
      <Title order={2} id={id} size="h3">
        {title}
      </Title>
      <div className={classes['samples']} data-layout={layout}>
        {children}
      </div>
    </section>
  );
}
