import { useCallback, useRef } from 'react';
import { newId } from './ids';

/**
 * The key of what is sent: another for other content, the same for the same. After a
 * lost answer "Try again" then does nothing twice.
 */
export function useKeyOf(): (content: unknown) => string {
  const last = useRef<{ readonly content: string; readonly key: string } | null>(null);
  return useCallback((content) => {
    const now = JSON.stringify(content);
    if (last.current?.content !== now) last.current = { content: now, key: newId() };
    return last.current.key;
  }, []);
}
