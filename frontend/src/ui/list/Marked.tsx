import type { ReactNode } from 'react';
import classes from './Marked.module.css';

/** A part of a text: from its first to before its last UTF-16 code unit. */
export interface Mark {
  readonly from: number;
  readonly to: number;
}

interface Props {
  readonly text: string;
  /** In order, apart from each other. */
  readonly marks: readonly Mark[];
}

/** A text with parts of it marked: bold and underlined, never by colour alone. */
export function Marked({ text, marks }: Props) {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const { from, to } of marks) {
    parts.push(
      text.slice(at, from),
      <mark key={from} className={classes['mark']}>
        {text.slice(from, to)}
      </mark>,
    );
    at = to;
  }
  return (
    <>
      {parts}
      {text.slice(at)}
    </>
  );
}
