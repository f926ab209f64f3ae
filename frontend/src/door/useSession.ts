import { useQuery } from '@tanstack/react-query';
import { useDoor } from './context';
import { sessionKeys, settingsKeys } from './keys';

/** Whether the session nears its end, and in how many seconds. */
export function useStanding() {
  const door = useDoor();
  return useQuery({
    queryKey: sessionKeys.standing,
    queryFn: ({ signal }) => door.call('session.standing', {}, signal),
  });
}

/** When desks lock by themselves. */
export function useLocking() {
  const door = useDoor();
  return useQuery({
    queryKey: settingsKeys.locking,
    queryFn: ({ signal }) => door.call('clinic.lockSettings', {}, signal),
  });
}

/** The rules there are for that, and what each leaves to choose. */
export function useLockChoices() {
  const door = useDoor();
  return useQuery({
    queryKey: settingsKeys.lockChoices,
    queryFn: ({ signal }) => door.call('clinic.lockChoices', {}, signal),
  });
}
