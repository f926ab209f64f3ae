import { useQuery } from '@tanstack/react-query';
import { useDoor } from './context';
import { exportKeys, healthKeys } from './keys';

/** How the clinic's records are, and what goes on with them. */
export function useHealth() {
  const door = useDoor();
  return useQuery({
    queryKey: healthKeys.status,
    queryFn: ({ signal }) => door.call('health.status', {}, signal),
  });
}

/** How often it is asked how far going on has come, in milliseconds. */
const watching = 500;

/** How much of the lists is made while somebody waits to go on. */
export function useGoingOn() {
  const door = useDoor();
  return useQuery({
    queryKey: healthKeys.goingOn,
    queryFn: ({ signal }) => door.call('health.goingOn', {}, signal),
    refetchInterval: watching,
    gcTime: 0,
  });
}

/** The attachments whose files are missing or damaged, of texts that may be seen. */
export function useLostAttachments(wanted: boolean) {
  const door = useDoor();
  return useQuery({
    queryKey: healthKeys.attachments,
    queryFn: ({ signal }) => door.call('health.attachments', {}, signal),
    enabled: wanted,
  });
}

/** How far the saving of damaged records has come, while it goes on. */
export function useExporting(running: boolean) {
  const door = useDoor();
  return useQuery({
    queryKey: exportKeys.status,
    queryFn: ({ signal }) => door.call('health.exporting', {}, signal),
    enabled: running,
    gcTime: 0,
  });
}
