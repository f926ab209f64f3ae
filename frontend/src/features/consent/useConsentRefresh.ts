import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { applyChange } from '../../door/changes';

/** Fetches what a consent shows in, before the change is announced. */
export function useConsentRefresh(): () => Promise<void> {
  const queries = useQueryClient();
  return useCallback(() => applyChange(queries, { topic: 'consent', ids: [], pos: 0 }), [queries]);
}
