import type { ReactNode } from 'react';
import classes from './Actions.module.css';

/** Buttons beside each other, and below each other where there is no room. */
export function Actions({ children }: { readonly children: ReactNode }) {
  return <div className={classes['actions']}>{children}</div>;
}
