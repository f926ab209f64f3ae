import { useCallback, useEffect, useRef, useState } from 'react';
import { useAppState, useDoor } from '../../door/context';

/** A pause in typing after which a draft is kept, in milliseconds. */
const pause = 600;
/** Who types without a pause loses no more than this when the screen is locked. */
const longest = 5000;

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
  const waits = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const save = useCallback(() => {
    clearTimeout(timer.current);
    waits.current = 0;
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
      const now = Date.now();
      waits.current ||= now;
      timer.current = setTimeout(save, now - waits.current < longest ? pause : 0);
    },
    [save],
  );

  const sent = useCallback(() => {
    set('');
    latest.current = '';
    save();
  }, [save]);

  useEffect(() => app.onKeep(save), [app, save]);
  // Leaving the conversation keeps what was written last.
  useEffect(() => save, [save]);

  return { body, setBody, sent };
}
