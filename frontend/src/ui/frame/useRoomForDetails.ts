import { useSyncExternalStore } from 'react';

/** AppFrame lets the details lie over the rest in windows narrower than this. */
const wide = '(min-width: 68rem)';

function subscribe(changed: () => void): () => void {
  const query = window.matchMedia(wide);
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
}

/** Whether details have a place of their own, and so may start open. */
export function useRoomForDetails(): boolean {
  return useSyncExternalStore(subscribe, () => window.matchMedia(wide).matches);
}
