import { type ReactNode, useContext, useEffect, useRef, useState } from 'react';
import classes from './Form.module.css';
import { AroundForm, FormSending, isWritten } from './standing';

interface Props {
  /**
   * Sends it: the submit button or Enter in a field. Until what it returns has settled
   * the form is on its way: nothing sends it again, and the dialog around it stays.
   */
  readonly onSubmit: () => unknown;
  readonly children: ReactNode;
  /** The buttons at its end, the main one first. */
  readonly actions?: ReactNode;
  readonly label?: string;
}

/** Fields in one column with their buttons. The browser's own checks and memory are off. */
export function Form({ onSubmit, children, actions, label }: Props) {
  const around = useContext(AroundForm);
  const [sending, setSending] = useState(false);
  const busy = useRef(false);
  const edited = useRef(new Set<EventTarget>());
  useEffect(
    () =>
      around?.(() => {
        if (busy.current) return 'sending';
        return isWritten(edited.current) ? 'written' : 'empty';
      }),
    [around],
  );
  const send = async () => {
    if (busy.current) return;
    const answer = onSubmit();
    if (!(answer instanceof Promise)) return;
    busy.current = true;
    setSending(true);
    try {
      await answer;
    } finally {
      busy.current = false;
      setSending(false);
    }
  };
  return (
    <form
      className={classes['form']}
      noValidate
      autoComplete="off"
      aria-label={label}
      onInput={(event) => edited.current.add(event.target)}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <FormSending value={sending}>
        {children}
        {actions ? <div className={classes['actions']}>{actions}</div> : null}
      </FormSending>
    </form>
  );
}
