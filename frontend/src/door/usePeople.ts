import { useQuery } from '@tanstack/react-query';
import { useDoor } from './context';
import { peopleKeys } from './keys';

/** Who works and worked at the clinic. */
export function useStaff(enabled = true) {
  const door = useDoor();
  return useQuery({
    queryKey: peopleKeys.staff,
    enabled,
    queryFn: ({ signal }) => door.call('staff.list', {}, signal),
  });
}

/** What somebody would leave behind. */
export function useDeparture(member: string) {
  const door = useDoor();
  return useQuery({
    queryKey: peopleKeys.departure(member),
    queryFn: ({ signal }) => door.call('staff.departure', { member }, signal),
    // Each look goes through the door, which records it.
    gcTime: 0,
  });
}

/** The patients whom nobody cares for. */
export function useWaitingPatients() {
  const door = useDoor();
  return useQuery({
    queryKey: peopleKeys.waiting,
    queryFn: ({ signal }) => door.call('care.waiting', {}, signal),
    // Each look goes through the door, which records it.
    gcTime: 0,
  });
}

/** Who covers for whom, now and soon. */
export function useCovers() {
  const door = useDoor();
  return useQuery({
    queryKey: peopleKeys.covers,
    queryFn: ({ signal }) => door.call('care.covers', {}, signal),
  });
}

/** Who opened a patient in an emergency; asked for only by whoever reviews it. */
export function useEmergencies(enabled = true) {
  const door = useDoor();
  return useQuery({
    queryKey: peopleKeys.emergencies,
    enabled,
    queryFn: ({ signal }) => door.call('emergency.list', {}, signal),
  });
}
