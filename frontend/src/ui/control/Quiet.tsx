import type { ReactNode } from 'react';
import classes from './Quiet.module.css';

interface Props {
  readonly children: ReactNode;
  /** It comes while somebody looks, and is read out. */
  readonly live?: boolean;
}

/** A line that says more about what stands above it. */
export function Quiet({ children, live = false }: Props) {
  return (
    <p className={classes['quiet']} role={live ? 'status' : undefined}>
      {children}
    </p>
  );
}
