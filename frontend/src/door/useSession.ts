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

/** What the clinic asks of whoever signs in, beside her passphrase. */
export function useSigningIn() {
  const door = useDoor();
  return useQuery({
    queryKey: settingsKeys.signingIn,
    queryFn: ({ signal }) => door.call('clinic.signingIn', {}, signal),
  });
}

/** When the recovery sheet was last checked. */
export function useSheet() {
  const door = useDoor();
  return useQuery({
    queryKey: settingsKeys.sheet,
    queryFn: ({ signal }) => door.call('clinic.sheet', {}, signal),
  });
}

/** Whether texts are received while a desk is locked. */
export function useReceiving() {
  const door = useDoor();
  return useQuery({
    queryKey: settingsKeys.receiving,
    queryFn: ({ signal }) => door.call('clinic.receiving', {}, signal),
  });
}
