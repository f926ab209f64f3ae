import { DoorError, screenCodes } from './error';
import { readEventStream } from './eventStream';
import { changedEverything, readChanged, type Transport, type TransportEvents } from './transport';

/** What the HTTP transport needs of its surroundings. */
export interface HttpSurroundings {
  fetch(path: string, init: RequestInit): Promise<Response>;
  /** Waits, or returns at once where the signal is aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

const firstPause = 250;
const longestPause = 5_000;

/** The header that proves that a request comes from this page. */
export const tokenHeader = 'X-Quietline-Token';

/**
 * The doors over loopback HTTP. Changes come as server-sent events, read with
 * fetch because EventSource cannot send the token as a header and a token has
 * no place in a URL that is logged.
 */
export function httpTransport(token: string, around: HttpSurroundings): Transport {
  const headers = { [tokenHeader]: token };
  return {
    async call(name, request, signal) {
      try {
        const response = await around.fetch(`/door/${name}`, {
          method: 'POST',
          headers: { ...headers, 'Content-Type': 'application/json' },
          body: request,
          cache: 'no-store',
          ...(signal ? { signal } : {}),
        });
        return await response.text();
      } catch {
        if (signal?.aborted) throw new DoorError('app.cancelled', {}, true);
        throw new DoorError(screenCodes.unreachable, {}, true);
      }
    },
    listen(events) {
      const ended = new AbortController();
      void follow(around, headers, events, ended.signal);
      return () => ended.abort();
    },
  };
}

async function follow(
  around: HttpSurroundings,
  headers: Record<string, string>,
  events: TransportEvents,
  signal: AbortSignal,
): Promise<void> {
  let pause = firstPause;
  let missed = false;
  while (!signal.aborted) {
    try {
      const response = await around.fetch('/changes', { headers, signal, cache: 'no-store' });
      if (response.ok && response.body) {
        // What happened between two streams is unknown.
        if (missed) events.changed(changedEverything);
        pause = firstPause;
        for await (const event of readEventStream(response.body)) {
          if (event.name === 'locking') events.locking();
          else events.changed(readChanged(parsed(event.data)));
        }
      }
    } catch {
      // The stream broke; the loop opens it again.
    }
    missed = true;
    if (!signal.aborted) await around.wait(pause, signal);
    pause = Math.min(pause * 2, longestPause);
  }
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
