import type { QueryClient } from '@tanstack/react-query';
import type { AppState } from './appState';
import { applyChange } from './changes';
import type { Door } from './door';
import { type Changed, changedEverything } from './transport';

/** Changes that arrive within this time are answered together. */
const gather = 40;
/** More than this at once is cheaper to answer by fetching everything. */
const many = 50;

/**
 * Keeps the screen true to the program: refetches what changes make out of date
 * and clears everything when the program locks. Ends with the returned function.
 */
export function follow(door: Door, queries: QueryClient, state: AppState): () => void {
  let waiting: Changed[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    timer = undefined;
    const changes = waiting.length > many ? [changedEverything] : waiting;
    waiting = [];
    for (const change of changes) void applyChange(queries, change);
  };
  const stop = door.listen({
    changed(change) {
      if (change.topic === 'state') {
        state.recheck();
        return;
      }
      // A stream that broke may have lost a lock.
      if (change.topic === changedEverything.topic) void state.ask();
      waiting.push(change);
      timer ??= setTimeout(flush, gather);
    },
    locking: state.drop,
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}
