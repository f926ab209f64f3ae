import { useQuery } from '@tanstack/react-query';
import { useDoor } from './context';
import { liveKeys } from './keys';

/** How far the set-up of a real account has come. */
export function useLive() {
  const door = useDoor();
  return useQuery({
    queryKey: liveKeys.status,
    queryFn: ({ signal }) => door.call('live.status', {}, signal),
  });
}

/** The numbers of the account. The phone service is asked each time. */
export function useAccountNumbers() {
  const door = useDoor();
  return useQuery({
    queryKey: liveKeys.numbers,
    queryFn: ({ signal }) => door.call('live.numbers', {}, signal),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
}

/** Whether pictures can be sent. The phone service is asked each time. */
export function usePictures() {
  const door = useDoor();
  return useQuery({
    queryKey: liveKeys.pictures,
    queryFn: ({ signal }) => door.call('pictures.status', {}, signal),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
}

/** When the desk is open, and what is answered when it is not. */
export function useAfterHours() {
  const door = useDoor();
  return useQuery({
    queryKey: liveKeys.hours,
    queryFn: ({ signal }) => door.call('afterHours.get', {}, signal),
  });
}
