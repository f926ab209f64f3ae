import type { ReactNode } from 'react';
import classes from './Rows.module.css';

/** A list of a few things, each with its name, a line about it and what can be done. */
export function Rows({ children }: { readonly children: ReactNode }) {
  return <ul className={classes['rows']}>{children}</ul>;
}

interface Props {
  readonly name: string;
  /** What is known of it, below the name. */
  readonly line: string;
  /** Between the name and the line. */
  readonly words?: ReactNode;
  /** Buttons and badges at the end. */
  readonly actions?: ReactNode;
  /** Below the line. */
  readonly children?: ReactNode;
  /** What went wrong, across the row. */
  readonly error?: ReactNode;
}

export function Row({ name, line, words, actions, children, error }: Props) {
  return (
    <li className={classes['row']}>
      <div className={classes['what']}>
        <p className={classes['name']} dir="auto">
          {name}
        </p>
        {words}
        <p className={classes['line']}>{line}</p>
        {children}
      </div>
      {actions ? <div className={classes['actions']}>{actions}</div> : null}
      {error}
    </li>
  );
}
