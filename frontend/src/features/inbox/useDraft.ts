import { useCallback, useEffect, useRef, useState } from 'react';
import { useAppState, useDoor } from '../../door/context';

/** A pause in typing after which a draft is kept, in milliseconds. */
const pause = 600;
/** Who types without a pause loses no more than this when the screen is locked. */
const longest = 5000;

/** What is kept of a text that is being written. */
export interface Words {
  readonly body: string;
  /** The text that did not arrive and that this one sends once more; empty for none. */
  readonly again: string;
}

interface Draft extends Words {
  readonly setBody: (body: string) => void;
  /** Puts other words in place of all that is there. */
  readonly replace: (words: Words) => void;
  /** A text has left: what was typed behind it since remains, and is a text of its own. */
  readonly sent: (body: string) => void;
}

const none: Words = { body: '', again: '' };

const same = (a: Words, b: Words): boolean => a.body === b.body && a.again === b.again;

/**
 * The words in the composer. They are kept, sealed, after each pause and when
 * the conversation is left, and are there again when it is opened.
 */
export function useDraft(thread: string, kept: Words): Draft {
  const door = useDoor();
  const app = useAppState();
  const [words, set] = useState(kept);
  const saved = useRef<Words | null>(kept);
  const latest = useRef(kept);
  const waits = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const save = useCallback(() => {
    clearTimeout(timer.current);
    waits.current = 0;
    if (saved.current && same(latest.current, saved.current)) return;
    saved.current = latest.current;
    const kept = door.call('thread.saveDraft', { id: thread, ...latest.current }).then(
      () => {},
      () => {
        // The words are still in the composer; the next pause tries again.
        saved.current = null;
      },
    );
    app.keepFirst(kept);
  }, [app, door, thread]);

  const replace = useCallback(
    (next: Words) => {
      set(next);
      latest.current = next;
      clearTimeout(timer.current);
      const now = Date.now();
      waits.current ||= now;
      timer.current = setTimeout(save, now - waits.current < longest ? pause : 0);
    },
    [save],
  );

  const setBody = useCallback(
    // An empty composer begins a text of its own.
    (body: string) => replace(body === '' ? none : { ...latest.current, body }),
    [replace],
  );

  const sent = useCallback(
    (body: string) => {
      replace({ ...none, body: behind(latest.current.body, body) });
      save();
    },
    [replace, save],
  );

  useEffect(() => app.onKeep(save), [app, save]);
  // Leaving the conversation keeps what was written last.
  useEffect(() => save, [save]);

  return { ...words, setBody, replace, sent };
}

/** What of the words was typed after they were sent; all of them where they were changed. */
function behind(words: string, sent: string): string {
  const all = words.trimStart();
  return all.startsWith(sent) ? all.slice(sent.length).trimStart() : words;
}
