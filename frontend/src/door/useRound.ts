import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useDoor } from './context';
import { isSet } from './ids';
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

/** Who was in a round, and what has come of each. */
export function useRoundWho(round: string) {
  const door = useDoor();
  return useQuery({
    queryKey: decidedKeys.asked(round),
    queryFn: ({ signal }) => door.call('round.who', { id: round }, signal),
    gcTime: 0,
  });
}

/** The rounds before one, the newest first, a page at a time. They name nobody. */
export function useEarlierRounds(than: string) {
  const door = useDoor();
  return useInfiniteQuery({
    queryKey: roundKeys.earlier(than),
    initialPageParam: than,
    queryFn: ({ pageParam, signal }) => door.call('round.earlier', { id: pageParam }, signal),
    getNextPageParam: ({ next }) => (isSet(next) ? next : undefined),
    gcTime: 0,
  });
}

/** Puts in place what a door has answered about the round. */
export function useRoundRefresh(): (now: RoundStanding) => void {
  const queries = useQueryClient();
  return useCallback((now) => queries.setQueryData(roundKeys.standing, now), [queries]);
}
