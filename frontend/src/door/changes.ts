import type { QueryClient, QueryFilters, QueryKey } from '@tanstack/react-query';
import {
  backupKeys,
  consentKeys,
  exportKeys,
  healthKeys,
  inboxKeys,
  incidentKeys,
  lineKeys,
  liveKeys,
  patientKeys,
  roundKeys,
  sessionKeys,
  settingsKeys,
  textKeys,
  threadKeys,
} from './keys';
import type { Changed } from './transport';

/**
 * The queries that a change makes out of date. A patient's card stands beside
 * the texts, so patients and consents reach the threads too; and each of them
 * can change the answer to "may this text go?". An unknown topic asks for
 * everything: a newer program may know more than this screen.
 */
export function outdatedBy(change: Changed): readonly QueryKey[] | 'everything' {
  switch (change.topic) {
    case 'inbox':
      return [inboxKeys.all];
    case 'thread':
      return [
        ...(change.ids.length > 0 ? change.ids.map(threadKeys.one) : [threadKeys.all]),
        textKeys.all,
      ];
    case 'patient':
    case 'consent':
      return [
        patientKeys.all,
        threadKeys.all,
        inboxKeys.all,
        consentKeys.all,
        textKeys.all,
        roundKeys.standing,
      ];
    case 'round':
      return [roundKeys.standing];
    case 'incident':
      return [incidentKeys.all, patientKeys.all, threadKeys.all, textKeys.all];
    case 'line':
      return [lineKeys.status, liveKeys.status, textKeys.all];
    case 'golive':
      // Whether a picture can go with a text is decided by the trial of pictures.
      return [liveKeys.status, lineKeys.usage, threadKeys.all];
    case 'afterhours':
      return [liveKeys.hours];
    case 'health':
      return [healthKeys.status];
    case 'backup':
      return [backupKeys.all];
    case 'export':
      return [exportKeys.status];
    case 'session':
      return [sessionKeys.standing];
    case 'settings':
      return [
        settingsKeys.all,
        liveKeys.hours,
        textKeys.all,
        // Who is of age, and what a spoken word counts for, are settings.
        patientKeys.all,
        threadKeys.all,
        inboxKeys.all,
        consentKeys.all,
      ];
    default:
      return 'everything';
  }
}

/** Fetches again what is on the screen and marks the rest as out of date. */
export async function applyChange(queries: QueryClient, change: Changed): Promise<void> {
  await refetch(queries, outdatedBy(change));
}

/** The same for what a deed of this screen has touched, before the change is announced. */
export async function applyTopics(queries: QueryClient, ...topics: string[]): Promise<void> {
  const all = topics.map((topic) => outdatedBy({ topic, ids: [], pos: 0 }));
  const keys = all.flatMap((keys) => (keys === 'everything' ? [] : keys));
  const distinct = new Map(keys.map((key) => [JSON.stringify(key), key]));
  await refetch(queries, all.includes('everything') ? 'everything' : [...distinct.values()]);
}

async function refetch(queries: QueryClient, keys: ReturnType<typeof outdatedBy>): Promise<void> {
  const all = keys === 'everything' ? [{}] : keys.map((queryKey) => ({ queryKey }));
  await Promise.all(all.map((filters) => again(queries, filters)));
}

/**
 * A first look that is under way is not begun anew by an invalidation, and may have looked
 * just before the change: it is waited for, and then looked once more.
 */
async function again(queries: QueryClient, filters: QueryFilters): Promise<void> {
  const first = queries
    .getQueryCache()
    .findAll({ ...filters, fetchStatus: 'fetching' })
    .filter((query) => query.state.data === undefined);
  await queries.invalidateQueries(filters);
  await Promise.all(
    first.map(({ queryKey }) => queries.invalidateQueries({ queryKey, exact: true })),
  );
}
