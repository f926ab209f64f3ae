import { useQuery } from '@tanstack/react-query';
import { useDoor } from './context';
import { incidentKeys } from './keys';

/** The open incidents and the newest of the others. */
export function useIncidents() {
  const door = useDoor();
  return useQuery({
    queryKey: incidentKeys.list,
    queryFn: ({ signal }) => door.call('incident.list', {}, signal),
  });
}

/** How many wait; it shows nobody, so that no look at a patient is on record for it. */
export function useIncidentStanding(enabled: boolean) {
  const door = useDoor();
  return useQuery({
    queryKey: incidentKeys.standing,
    enabled,
    queryFn: ({ signal }) => door.call('incident.standing', {}, signal),
  });
}

/** One incident with its history. Each look goes through the door, which records it. */
export function useIncident(id: string) {
  const door = useDoor();
  return useQuery({
    queryKey: incidentKeys.one(id),
    queryFn: ({ signal }) => door.call('incident.get', { id }, signal),
    gcTime: 0,
  });
}
