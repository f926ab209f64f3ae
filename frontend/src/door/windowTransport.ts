import { DoorError, screenCodes } from './error';
import { readChanged, type Transport } from './transport';

/** The part of the desktop window's bridge that is used. */
export interface WindowBridge {
  readonly go: {
    readonly app: {
      readonly Door: {
        Call(token: string, name: string, request: string): Promise<string>;
      };
    };
  };
  readonly runtime: {
    EventsOn(name: string, heard: (...data: unknown[]) => void): () => void;
    EventsEmit(name: string): void;
  };
}

/**
 * The doors as the desktop window binds them. A call cannot be cancelled on the
 * way: an aborted one is answered to nobody.
 */
export function windowTransport(bridge: WindowBridge, token: string): Transport {
  return {
    async call(name, request, signal) {
      let reply: unknown;
      try {
        reply = await bridge.go.app.Door.Call(token, name, request);
      } catch {
        throw new DoorError(screenCodes.unreachable, {}, true);
      }
      if (signal?.aborted) throw new DoorError('app.cancelled', {}, true);
      if (typeof reply !== 'string') throw new DoorError(screenCodes.unreadable);
      return reply;
    },
    listen(events) {
      const stop = [
        bridge.runtime.EventsOn('changed', (change) => events.changed(readChanged(change))),
        bridge.runtime.EventsOn('locking', () => {
          events.locking();
          // The window's process is replaced as soon as this arrives, so it is said
          // once the page has been emptied: after the work that is under way.
          setTimeout(() => bridge.runtime.EventsEmit('blanked'), 0);
        }),
      ];
      return () => {
        for (const off of stop) off();
      };
    },
  };
}

/** The bridge, where the page runs in the desktop window. */
export function findBridge(page: object): WindowBridge | null {
  const { go, runtime } = page as { go?: unknown; runtime?: unknown };
  return go && runtime ? ({ go, runtime } as WindowBridge) : null;
}
