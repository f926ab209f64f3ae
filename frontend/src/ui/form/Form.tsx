import type { ReactNode } from 'react';
import classes from './Form.module.css';

interface Props {
  /** Sends it: the submit button or Enter in a field. */
  readonly onSubmit: () => void;
  readonly children: ReactNode;
  /** The buttons at its end, the main one first. */
  readonly actions?: ReactNode;
  readonly label?: string;
}

/** Fields in one column with their buttons. The browser's own checks and memory are off. */
export function Form({ onSubmit, children, actions, label }: Props) {
  return (
    <form
      className={classes['form']}
      noValidate
      autoComplete="off"
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
      {actions ? <div className={classes['actions']}>{actions}</div> : null}
    </form>
  );
}
