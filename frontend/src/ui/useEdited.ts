import { useState } from 'react';

interface Edited<T> {
  /** What is there, with what somebody has changed of it. */
  readonly draft: T;
  readonly changed: boolean;
  /** A function is given what is there by then: two changes may come before the next drawing. */
  readonly set: (change: Partial<T> | ((now: T) => Partial<T>)) => void;
  /** This much was saved; what was changed since then stays. */
  readonly saved: (sent: T) => void;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * The fields of a form about something that may change while it is being filled in. A field
 * that was not touched shows what is there now, so that saving undoes nobody's work; one that
 * was touched keeps what was typed. What is proposed stands there as if it had been typed.
 */
export function useEdited<T extends object>(there: T, proposed: Partial<T> = {}): Edited<T> {
  const [changes, setChanges] = useState(proposed);
  const draft = { ...there, ...changes };
  return {
    draft,
    changed: !same(draft, there),
    set: (change) =>
      setChanges((was) => ({
        ...was,
        ...(typeof change === 'function' ? change({ ...there, ...was }) : change),
      })),
    saved: (sent) =>
      setChanges((was) => {
        const fields = Object.keys(was) as (keyof T)[];
        const since = fields.filter((field) => !same(was[field], sent[field]));
        return Object.fromEntries(since.map((field) => [field, was[field]])) as Partial<T>;
      }),
  };
}
