import { useQuery } from '@tanstack/react-query';
import { useDoor } from './context';
import { healthKeys } from './keys';

/** How the clinic's records are, and what goes on with them. */
export function useHealth() {
  const door = useDoor();
  return useQuery({
    queryKey: healthKeys.status,
    queryFn: ({ signal }) => door.call('health.status', {}, signal),
  });
}
