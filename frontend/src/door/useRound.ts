import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useDoor } from './context';
import { decidedKeys, roundKeys } from './keys';
import type { RoundStanding } from './shapes';

/** How far the last round of questions by text has come. It names nobody. */
export function useRound() {
  const door = useDoor();
  return useQuery({
    queryKey: roundKeys.standing,
    queryFn: ({ signal }) => door.call('round.standing', {}, signal),
  });
}

/** Who has no consent, and could be asked or not. Each time it is shown is on record. */
export function useRoundPeople() {
  const door = useDoor();
  return useQuery({
    queryKey: decidedKeys.askPeople,
    queryFn: ({ signal }) => door.call('round.people', {}, signal),
    gcTime: 0,
  });
}

/** Who was in the last round, and what has come of each. */
export function useRoundWho() {
  const door = useDoor();
  return useQuery({
    queryKey: decidedKeys.asked,
    queryFn: ({ signal }) => door.call('round.who', {}, signal),
    gcTime: 0,
  });
}

/** Puts in place what a door has answered about the round. */
export function useRoundRefresh(): (now: RoundStanding) => void {
  const queries = useQueryClient();
  return useCallback((now) => queries.setQueryData(roundKeys.standing, now), [queries]);
}
