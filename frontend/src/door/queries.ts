import { QueryClient } from '@tanstack/react-query';
import { DoorError } from './error';

/**
 * The cache of what was fetched. The program announces every change, so nothing
 * grows old by itself and nothing is fetched again because a window came to the
 * front. What leaves the screen is forgotten after a minute.
 */
export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 60_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        // The program is on this computer: it answers without a network.
        networkMode: 'always',
        retry: (failures, error) => failures < 2 && error instanceof DoorError && error.retry,
        retryDelay: 300,
      },
      mutations: { networkMode: 'always' },
    },
  });
}
