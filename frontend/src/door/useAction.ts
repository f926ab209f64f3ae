import { useCallback, useContext, useRef, useState } from 'react';
import { Confirmation, confirmCode } from './confirmation';
import { useDoor } from './context';
import type { Answer, DoorName, Request } from './door';
import { asDoorError, type DoorError } from './error';

export interface Action<N extends DoorName> {
  /** Runs the door; null where it refused, and `error` says why. */
  run(request: Request<N>): Promise<Answer<N> | null>;
  readonly running: boolean;
  readonly error: DoorError | null;
  /** Takes the error off the screen, for instance when a field is edited. */
  clear(): void;
}

/**
 * A call that changes something, with what a form needs to show about it. A
 * second press while one is under way is ignored. Where the door asks for the
 * passphrase again, the person is asked and the call made once more.
 */
export function useAction<N extends DoorName>(name: N): Action<N> {
  const door = useDoor();
  const askPassphrase = useContext(Confirmation);
  const busy = useRef(false);
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<DoorError | null>(null);
  const run = useCallback(
    async (request: Request<N>): Promise<Answer<N> | null> => {
      if (busy.current) return null;
      busy.current = true;
      setRunning(true);
      setError(null);
      try {
        try {
          return await door.call(name, request);
        } catch (thrown) {
          if (asDoorError(thrown).code !== confirmCode) throw thrown;
          return (await askPassphrase()) ? await door.call(name, request) : null;
        }
      } catch (thrown) {
        setError(asDoorError(thrown));
        return null;
      } finally {
        busy.current = false;
        setRunning(false);
      }
    },
    [door, name, askPassphrase],
  );
  const clear = useCallback(() => setError(null), []);
  return { run, running, error, clear };
}
