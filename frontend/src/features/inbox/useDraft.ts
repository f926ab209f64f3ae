import { useCallback, useEffect, useRef, useState } from 'react';
import { useAppState, useDoor } from '../../door/context';

/** A pause in typing after which a draft is kept, in milliseconds. */
const pause = 600;

interface Draft {
  readonly body: string;
  readonly setBody: (body: string) => void;
  /** The text has left: the composer is empty and no draft remains. */
  readonly sent: () => void;
}

/**
 * The words in the composer. They are kept, sealed, after each pause and when
 * the conversation is left, and are there again when it is opened.
 */
export function useDraft(thread: string, kept: string): Draft {
  const door = useDoor();
  const app = useAppState();
  const [body, set] = useState(kept);
  const saved = useRef(kept);
  const latest = useRef(kept);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const save = useCallback(() => {
    clearTimeout(timer.current);
    if (latest.current === saved.current) return;
    saved.current = latest.current;
    const kept = door.call('thread.saveDraft', { id: thread, body: latest.current }).then(
      () => {},
      () => {
        // The words are still in the composer; the next pause tries again.
        saved.current = '\u0000';
      },
    );
    app.keepFirst(kept);
  }, [app, door, thread]);

  const setBody = useCallback(
    (next: string) => {
      set(next);
      latest.current = next;
      clearTimeout(timer.current);
      timer.current = setTimeout(save, pause);
    },
    [save],
  );

  const sent = useCallback(() => {
    set('');
    latest.current = '';
    save();
  }, [save]);

  // Leaving the conversation keeps what was written last.
  useEffect(() => save, [save]);

  return { body, setBody, sent };
}
