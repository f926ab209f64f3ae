import type { Doors } from './bindings';
import { DoorError, screenCodes } from './error';
import type { Transport, TransportEvents } from './transport';

/** The name of a door, such as `thread.open`. */
export type DoorName = keyof Doors;
export type Request<N extends DoorName> = Doors[N]['request'];
export type Answer<N extends DoorName> = Doors[N]['answer'];

/** The one way from the screen to the program. */
export interface Door {
  /** Runs a door. Rejects with a DoorError and nothing else. */
  call<N extends DoorName>(name: N, request: Request<N>, signal?: AbortSignal): Promise<Answer<N>>;
  /** Reports changes and locking until the returned function is called. */
  listen(events: TransportEvents): () => void;
}

/** The code by which every door says that nobody is signed in any more. */
export const lockedCode = 'app.locked';

/**
 * The doors over a transport. A call that is refused because the program has
 * locked counts as `locking` for everyone who listens: whichever notices first,
 * the screen is cleared.
 */
export function openDoor(transport: Transport): Door {
  const listeners = new Set<TransportEvents>();
  return {
    async call(name, request, signal) {
      const reply = readReply(await transport.call(name, JSON.stringify(request), signal));
      if ('error' in reply) {
        if (reply.error.code === lockedCode) for (const heard of listeners) heard.locking();
        throw reply.error;
      }
      // The shapes are generated from the program's own registry, which encodes
      // every answer: this is the one place where they are taken at their word.
      return reply.ok as Answer<typeof name>;
    },
    listen(events) {
      listeners.add(events);
      const stop = transport.listen(events);
      return () => {
        listeners.delete(events);
        stop();
      };
    },
  };
}

type Reply = { ok: unknown } | { error: DoorError };

function readReply(text: string): Reply {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new DoorError(screenCodes.unreadable);
  }
  if (typeof value !== 'object' || value === null) throw new DoorError(screenCodes.unreadable);
  const { ok, error } = value as { ok?: unknown; error?: unknown };
  if (typeof error === 'object' && error !== null) {
    const { code, params, retry } = error as { code?: unknown; params?: unknown; retry?: unknown };
    if (typeof code !== 'string') throw new DoorError(screenCodes.unreadable);
    const known = typeof params === 'object' && params !== null ? params : {};
    return { error: new DoorError(code, known as Record<string, unknown>, retry === true) };
  }
  if (ok === undefined || ok === null) throw new DoorError(screenCodes.unreadable);
  return { ok };
}
