import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useDoor } from './context';
import { type Asked, searchKeys } from './keys';

const page = 30;
/** Rows that fill a window, and pages that are read by themselves until there are so many. */
const enough = 15;
const patience = 8;

/**
 * What a search finds: people, and page by page the texts. The program answers in
 * short pages, some of them without a row; those are joined here until there is
 * something to look at. It stops by itself after a while and can be asked on.
 */
export function useSearch(asked: Asked) {
  const door = useDoor();
  const query = useInfiniteQuery({
    queryKey: searchKeys.find(asked),
    queryFn: ({ pageParam, signal }) =>
      door.call('search.find', { ...asked, after: pageParam, limit: page }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next || null,
    // The lines stay while the next letter is answered.
    placeholderData: keepPreviousData,
    // Half-typed words are not kept.
    gcTime: 0,
  });
  const pages = query.data?.pages ?? [];
  const texts = pages.flatMap((p) => p.items);
  const { hasNextPage, isFetching, isPlaceholderData, fetchNextPage } = query;
  const goesOn =
    hasNextPage && !isPlaceholderData && texts.length < enough && pages.length < patience;
  const read = pages.length;
  useEffect(() => {
    if (read > 0 && goesOn && !isFetching) void fetchNextPage();
  }, [read, goesOn, isFetching, fetchNextPage]);
  return {
    ...query,
    texts,
    people: pages[0]?.people ?? [],
    morePeople: pages[0]?.morePeople ?? false,
    inside: pages.at(-1)?.inside ?? false,
    backTo: pages.at(-1)?.backTo ?? '',
    /** Whether texts may be missing, because the search is still being made. */
    behind: pages.some((p) => p.behind),
    /** Whether more is being looked for without anybody asking. */
    goesOn,
    /** Whether there may be more that only comes when somebody asks. */
    waits: hasNextPage && !goesOn && (texts.length < enough || pages.at(-1)?.items.length === 0),
  };
}
