import { createContext } from 'react';

/** How a form stands for the dialog around it. */
export type Standing =
  /** Nothing would be lost with it. */
  | 'empty'
  /** Words or days were written in it. */
  | 'written'
  /** It is on its way, and its answer is not there yet. */
  | 'sending';

/** Names a form to the dialog around it, until the returned function is called. */
export type Join = (form: () => Standing) => () => void;

/** The dialog around a form; null on a page. */
export const AroundForm = createContext<Join | null>(null);

/** Whether the form around a button is being sent. */
export const FormSending = createContext(false);

/** Marks the boxes whose content somebody wrote and would have to write again. */
export const kept = { 'data-written': true } as const;

/** Whether a form holds something that was written into it and is in no other place. */
export function isWritten(edited: Iterable<EventTarget>): boolean {
  for (const box of edited) {
    if (!(box instanceof HTMLInputElement || box instanceof HTMLTextAreaElement)) continue;
    if (box.isConnected && 'written' in box.dataset && box.value.trim() !== '') return true;
  }
  return false;
}
