import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useDoor } from '../../door/context';
import { inboxKeys, threadKeys } from '../../door/keys';
import type { ThreadPage } from '../../door/shapes';

/** A glance in passing does not count as reading. */
const glance = 700;

/**
 * Notes that the texts on the screen were read, once they have been in sight for
 * a moment. While the window lies behind others nothing is read.
 */
export function useMarkRead(page: ThreadPage): void {
  const door = useDoor();
  const queries = useQueryClient();
  const { id, asOf, unread } = page;
  useEffect(() => {
    if (unread === 0) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const mark = async () => {
      try {
        await door.call('thread.markRead', { id, asOf });
        await Promise.all([
          queries.invalidateQueries({ queryKey: inboxKeys.all }),
          queries.invalidateQueries({ queryKey: threadKeys.one(id) }),
        ]);
      } catch {
        // It stays unread and is noted the next time it is in sight.
      }
    };
    const look = () => {
      clearTimeout(timer);
      if (document.visibilityState === 'visible') timer = setTimeout(() => void mark(), glance);
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [door, queries, id, asOf, unread]);
}
