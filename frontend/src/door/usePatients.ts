import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useDoor } from './context';
import { consentKeys, patientKeys, settingsKeys } from './keys';

const page = 100;

/** Patients by name, or those that a search finds. */
export function usePatients(search: string) {
  const door = useDoor();
  const query = useInfiniteQuery({
    queryKey: patientKeys.list(search),
    queryFn: ({ pageParam, signal }) =>
      door.call('patient.list', { search, after: pageParam, limit: page }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next || null,
    // The lines stay while the next search is answered.
    placeholderData: keepPreviousData,
  });
  return { ...query, rows: query.data?.pages.flatMap((p) => p.items) ?? [] };
}

/** One patient's card. */
export function usePatient(id: string) {
  const door = useDoor();
  return useQuery({
    queryKey: patientKeys.one(id),
    queryFn: ({ signal }) => door.call('patient.get', { id }, signal),
    // Each look goes through the door, which records it.
    gcTime: 0,
  });
}

/** Everything that happened to a consent. Each look goes through the door. */
export function useConsentHistory(id: string) {
  const door = useDoor();
  return useQuery({
    queryKey: consentKeys.history(id),
    queryFn: ({ signal }) => door.call('consent.history', { id }, signal),
    gcTime: 0,
  });
}

/** The consents that a person has to do something about. */
export function useTodos() {
  const door = useDoor();
  return useQuery({
    queryKey: consentKeys.todo,
    queryFn: ({ signal }) => door.call('consent.todo', {}, signal),
    gcTime: 0,
  });
}

/** What the clinic decided about consents. */
export function useTextingRules() {
  const door = useDoor();
  return useQuery({
    queryKey: settingsKeys.texting,
    queryFn: ({ signal }) => door.call('clinic.texting', {}, signal),
  });
}

/** The words of a form, filled in where a patient is named. */
export function useFormWords(version: string, patient: string) {
  const door = useDoor();
  return useQuery({
    queryKey: consentKeys.words(version, patient),
    queryFn: ({ signal }) => door.call('form.words', { version, patient }, signal),
    gcTime: 0,
  });
}

/** The forms on which a paper can be recorded, newest first. */
export function useForms() {
  const door = useDoor();
  return useQuery({
    queryKey: consentKeys.forms,
    queryFn: ({ signal }) => door.call('consent.forms', {}, signal),
  });
}
