import { useCallback, useRef } from 'react';

/**
 * Does one thing after the other. Of two presses that come close together none is lost, and
 * the second finds what the first has left.
 */
export function useInTurn(): (deed: () => Promise<unknown>) => void {
  const last = useRef<Promise<unknown>>(Promise.resolve());
  return useCallback((deed) => {
    last.current = last.current.then(deed);
  }, []);
}
