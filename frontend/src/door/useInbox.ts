import {
  type InfiniteData,
  keepPreviousData,
  useInfiniteQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useCallback } from 'react';
import type { InboxView, Message, ThreadPage, ThreadRow } from './bindings';
import { useDoor } from './context';
import { inboxKeys, threadKeys } from './keys';

const inboxPage = 50;
const threadPage = 60;

/** The conversations of a view, newest text first; more pages on demand. */
export function useInbox(view: InboxView, search: string) {
  const door = useDoor();
  const query = useInfiniteQuery({
    queryKey: inboxKeys.list(view, search),
    queryFn: ({ pageParam, signal }) =>
      door.call('inbox.list', { view, search, after: pageParam, limit: inboxPage }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next || null,
    // The lines stay while the next search is answered.
    placeholderData: keepPreviousData,
  });
  const rows: ThreadRow[] = query.data?.pages.flatMap((page) => page.items) ?? [];
  return { ...query, rows, unread: query.data?.pages[0]?.unread ?? 0 };
}

/** Where a page of a conversation begins; one of the three, or none for the newest texts. */
interface Place {
  readonly before: string;
  readonly after: string;
  readonly around: string;
}

const nowhere: Place = { before: '', after: '', around: '' };

type Thread = InfiniteData<ThreadPage, Place>;

/**
 * A conversation, from its newest texts on or around one text, and page by page
 * what is older and newer. All pages are fetched anew together when it changes,
 * so that no text falls between two.
 */
export function useThread(id: string, around: string | null = null) {
  const door = useDoor();
  const query = useInfiniteQuery({
    queryKey: around === null ? threadKeys.one(id) : threadKeys.around(id, around),
    queryFn: ({ pageParam, signal }) =>
      door.call('thread.open', { id, ...pageParam, limit: threadPage }, signal),
    initialPageParam: around === null ? nowhere : { ...nowhere, around },
    // The newest texts are the first page.
    getNextPageParam: (last): Place | null =>
      last.earlier ? { ...nowhere, before: last.earlier } : null,
    getPreviousPageParam: (first): Place | null =>
      first.newer ? { ...nowhere, after: first.newer } : null,
    // Another place of the same conversation: what is there stays until it comes.
    placeholderData: (was, query) => (query?.queryKey[1] === id ? was : undefined),
    // Each opening goes through the door, which records it; what is left is
    // forgotten at once.
    gcTime: 0,
  });
  const messages: Message[] = query.data?.pages.toReversed().flatMap((p) => p.messages) ?? [];
  return { ...query, messages, newest: query.data?.pages[0] ?? null };
}

/** Shows a text in its conversation at once, before the change is announced. */
export function useShowMessage(thread: string) {
  const queries = useQueryClient();
  return useCallback(
    (message: Message) => {
      queries.setQueryData<Thread>(
        threadKeys.one(thread),
        (data) => data && withMessage(data, message),
      );
    },
    [queries, thread],
  );
}

function withMessage(data: Thread, message: Message): Thread {
  const known = data.pages.some((p) => p.messages.some((m) => m.id === message.id));
  const pages = data.pages.map((page, i) => {
    if (known) {
      return { ...page, messages: page.messages.map((m) => (m.id === message.id ? message : m)) };
    }
    return i === 0 ? { ...page, messages: [...page.messages, message] } : page;
  });
  return { ...data, pages };
}
