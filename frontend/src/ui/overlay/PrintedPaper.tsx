import type { ReactNode } from 'react';
import { createPortal } from 'react-dom';
import classes from './PrintedPaper.module.css';

interface Props {
  /** Above the title: whose paper it is. */
  readonly head?: string;
  /** What paper it is. Without one there is nothing on it but its content, to its edges. */
  readonly title?: string;
  /** Who signs it, below a line. */
  readonly sign?: string;
  readonly children: ReactNode;
}

/** A paper: nothing of it is on the screen, and while it is there nothing else is printed. */
export function PrintedPaper({ head, title, sign, children }: Props) {
  return createPortal(
    <div className={classes['paper']} aria-hidden="true">
      {title === undefined ? (
        children
      ) : (
        <div className={classes['sheet']}>
          {head ? <p className={classes['head']}>{head}</p> : null}
          <h1 className={classes['title']}>{title}</h1>
          {children}
          {sign ? <p className={classes['sign']}>{sign}</p> : null}
        </div>
      )}
    </div>,
    document.body,
  );
}
