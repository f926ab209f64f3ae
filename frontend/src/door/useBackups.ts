import { useQuery } from '@tanstack/react-query';
import { useDoor } from './context';
import { backupKeys } from './keys';

/** A copy becomes too old while nothing happens: ask now and then, in milliseconds. */
const ageing = 10 * 60_000;
/** How often a restore is asked how far it has come, in milliseconds. */
const watching = 500;

/** How the folders stand that this computer copies the clinic into. */
export function useBackups() {
  const door = useDoor();
  return useQuery({
    queryKey: backupKeys.status,
    queryFn: ({ signal }) => door.call('backup.status', {}, signal),
    refetchInterval: ageing,
  });
}

/** What restoring the backups to try them came to. */
export function useDrills() {
  const door = useDoor();
  return useQuery({
    queryKey: backupKeys.drills,
    queryFn: ({ signal }) => door.call('drill.status', {}, signal),
    refetchInterval: ageing,
  });
}

/** The copies in one folder. It waits for the disk. */
export function useBackupCopies(folder: string) {
  const door = useDoor();
  return useQuery({
    queryKey: backupKeys.copies(folder),
    queryFn: ({ signal }) => door.call('backup.copies', { folder }, signal),
  });
}

/** How far a restore has come. Nobody is signed in, so nothing is told by itself. */
export function useRestoring() {
  const door = useDoor();
  return useQuery({
    queryKey: backupKeys.restoring,
    queryFn: ({ signal }) => door.call('restore.progress', {}, signal),
    refetchInterval: watching,
    gcTime: 0,
  });
}
