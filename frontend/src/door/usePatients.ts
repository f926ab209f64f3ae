import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useDoor } from './context';
import { consentKeys, patientKeys, settingsKeys } from './keys';

const page = 100;

/** Patients by name, or those that a search finds. Each answer is a look on record. */
export function usePatients(search: string, enabled = true) {
  const door = useDoor();
  const query = useInfiniteQuery({
    queryKey: patientKeys.list(search),
    enabled,
    queryFn: ({ pageParam, signal }) =>
      door.call('patient.list', { search, after: pageParam, limit: page }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next || null,
    // The lines stay while the next search is answered.
    placeholderData: keepPreviousData,
  });
  return { ...query, rows: query.data?.pages.flatMap((p) => p.items) ?? [] };
}

/** How many patients are offered; who is not among them takes another letter. */
const offered = 6;

/**
 * A patient looked for by what is typed, from so many letters or digits on. The rows
 * of the search before stay while the next is answered; `sure` is the first row only
 * once it answers what stands in the field, so that Enter never takes another's.
 */
export function useFinder(search: string, least: number) {
  const wanted = search.trim();
  const enough = wanted.length >= least;
  const patients = usePatients(wanted, enough);
  const rows = enough ? patients.rows.slice(0, offered) : [];
  const answered = enough && patients.isSuccess && !patients.isPlaceholderData;
  return {
    rows,
    sure: answered ? rows[0] : undefined,
    nobody: answered && rows.length === 0,
    error: patients.error,
    again: () => void patients.refetch(),
  };
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
