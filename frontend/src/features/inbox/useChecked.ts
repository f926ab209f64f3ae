import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDoor } from '../../door/context';
import { asDoorError, type DoorError } from '../../door/error';
import { textKeys } from '../../door/keys';
import type { Category, CheckedText } from '../../door/shapes';
import { useSettled } from '../../ui';
import type { Later } from './laterTimes';

/** A pause in typing after which the text is checked, in milliseconds. */
const pause = 150;

/** Stands for a text that is still to be written. */
const something = '?';

/** Now, as soon as it may. */
export const atOnce: Later = { sendAt: '', atProvider: false };

/** The hour moves on by itself, and with it the answer. */
const again = 60_000;

interface Checked {
  /** The newest answer that there is; it may be that for the words or the hour before. */
  readonly last: CheckedText | null;
  /** The answer for these words and this hour is still to come. */
  readonly due: boolean;
  /** Why there is no answer, and nothing can be said. */
  readonly failure: DoorError | null;
  /** Asks once more. */
  readonly look: () => void;
}

/**
 * Whether a text may go, while it is being written; before that, whether one
 * could go at all. The newest words win; until their answer is there the last one
 * stays. It never holds up the typing.
 */
export function useChecked(
  thread: string,
  body: string,
  category: Category,
  picture: boolean,
  later: Later = atOnce,
): Checked {
  const door = useDoor();
  const settled = useSettled(body.trim(), pause) || something;
  const query = useQuery({
    queryKey: textKeys.check(thread, settled, category, picture, later.sendAt, later.atProvider),
    queryFn: ({ signal }) =>
      door.call('text.check', { id: thread, body: settled, category, picture, ...later }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: again,
    // Half-written texts are not kept.
    gcTime: 0,
  });
  return {
    last: query.data ?? null,
    due: query.isPending || query.isPlaceholderData,
    failure: query.error && !query.data ? asDoorError(query.error) : null,
    look: () => void query.refetch(),
  };
}
