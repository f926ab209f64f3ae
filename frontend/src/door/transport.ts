/**
 * How calls and changes travel between the screen and the program: inside the
 * desktop window, or over loopback HTTP in the preview. Everything above this
 * interface is the same in both.
 */
export interface Transport {
  /**
   * Runs a door and returns its JSON reply. Rejects with a DoorError where no
   * reply could be had; a refusal by the door is a reply.
   */
  call(name: string, request: string, signal?: AbortSignal): Promise<string>;
  /** Reports what changed until the returned function is called. */
  listen(events: TransportEvents): () => void;
}

export interface TransportEvents {
  changed(change: Changed): void;
  /** The program is about to lock: nothing readable may stay. */
  locking(): void;
}

/** Something on the screen may be out of date. Ids, never content. */
export interface Changed {
  readonly topic: string;
  readonly ids: readonly string[];
  readonly pos: number;
}

/** Asks for everything on the screen to be fetched again. */
export const changedEverything: Changed = { topic: 'everything', ids: [], pos: 0 };

/** Reads a change from outside; what is not one asks for everything. */
export function readChanged(value: unknown): Changed {
  if (typeof value !== 'object' || value === null) return changedEverything;
  const { topic, ids, pos } = value as { topic?: unknown; ids?: unknown; pos?: unknown };
  if (typeof topic !== 'string') return changedEverything;
  return {
    topic,
    ids: Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : [],
    pos: typeof pos === 'number' ? pos : 0,
  };
}
