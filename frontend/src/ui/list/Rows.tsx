import { type ReactNode, useId } from 'react';
import { About } from '../control/About';
import { Actions } from '../control/Actions';
import { Quiet } from '../control/Quiet';
import classes from './Rows.module.css';

/** A list of a few things, each with its name, a line about it and what can be done. */
export function Rows({ children }: { readonly children: ReactNode }) {
  return <ul className={classes['rows']}>{children}</ul>;
}

interface Props {
  readonly name: string;
  /** What is known of it, below the name. */
  readonly line?: string;
  /** Between the name and the line. */
  readonly words?: ReactNode;
  /** Buttons and badges at the end; the buttons are named with the row's name. */
  readonly actions?: ReactNode;
  /** Below the line. */
  readonly children?: ReactNode;
  /** Below all of it and as wide as the list: what went wrong, or a form about it. */
  readonly below?: ReactNode;
}

export function Row({ name, line, words, actions, children, below }: Props) {
  const id = useId();
  return (
    <li className={classes['row']}>
      <div className={classes['what']}>
        <p className={classes['name']} id={id} dir="auto">
          {name}
        </p>
        {words}
        {line ? <Quiet>{line}</Quiet> : null}
        {children}
      </div>
      {actions ? (
        <About id={id}>
          <Actions>{actions}</Actions>
        </About>
      ) : null}
      {below ? <div className={classes['below']}>{below}</div> : null}
    </li>
  );
}
