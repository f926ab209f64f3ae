import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { inboxKeys, lineKeys, threadKeys } from '../../door/keys';

/** Fetches what a decision about a text shows in, before the change is announced. */
export function useThreadRefresh(): () => Promise<void> {
  const queries = useQueryClient();
  return useCallback(async () => {
    await Promise.all(
      [threadKeys.all, inboxKeys.all, lineKeys.status].map((queryKey) =>
        queries.invalidateQueries({ queryKey }),
      ),
    );
  }, [queries]);
}
