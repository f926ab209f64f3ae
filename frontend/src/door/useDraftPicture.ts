import { useQuery } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { useDoor } from './context';
import { asDoorError, type DoorError } from './error';
import { bringFile } from './files';
import { attachmentKeys } from './keys';
import { bring } from './usePictures';

/** A picture as it will be sent. */
export interface Drawn {
  readonly content: Blob;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
}

export interface OwnPicture {
  /** Counts the pictures of this draft since it was opened; zero while it has none. */
  readonly number: number;
  /** Null while there is none, or none is here yet. */
  readonly drawn: Drawn | null;
  /** One is being added or taken away. */
  readonly busy: boolean;
  /** Why the last one could not be added, taken away or shown. */
  readonly error: DoorError | null;
  /** Tries once more what failed. */
  readonly retry: () => void;
  readonly add: (file: File) => void;
  /** Adds the picture of a text that has one, by the id of the attachment. */
  readonly addAgain: (attachment: string) => void;
  /** Settles once it is taken away, or was not. */
  readonly remove: () => Promise<void>;
  /** A text has left, and the picture with it if there was one. */
  readonly sent: () => void;
}

/**
 * The picture that goes with the words in the composer. It lies sealed with the draft,
 * and is there again when the conversation is opened.
 */
export function useDraftPicture(thread: string, kept: boolean): OwnPicture {
  const door = useDoor();
  const last = useRef(kept ? 1 : 0);
  const [number, setNumber] = useState(last.current);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<DoorError | null>(null);
  const tried = useRef<() => void>(() => {});
  // Two may be asked for before the next drawing.
  const working = useRef(false);

  const query = useQuery({
    queryKey: attachmentKeys.draft(thread, number),
    queryFn: async ({ signal }): Promise<Drawn | null> => {
      const { address, ...about } = await door.call('thread.picture', { id: thread }, signal);
      return address ? { ...about, content: await bring(address, signal) } : null;
    },
    enabled: number > 0,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

  const doing = async (work: () => Promise<void>) => {
    if (working.current) return;
    working.current = true;
    tried.current = () => void doing(work);
    setBusy(true);
    setError(null);
    try {
      await work();
    } catch (thrown) {
      setError(asDoorError(thrown));
    } finally {
      working.current = false;
      setBusy(false);
    }
  };
  const put = async (file: File) => {
    const key = await bringFile(door, file);
    try {
      await door.call('thread.addPicture', { id: thread, key });
    } finally {
      // It may lie in the draft though its answer was lost: what lies there is what goes.
      last.current += 1;
      setNumber(last.current);
    }
  };
  const add = (file: File) => void doing(() => put(file));
  const latest = useRef({ doing, put });
  latest.current = { doing, put };
  // The same for as long as the conversation is open: it is called from an effect.
  const addAgain = useCallback(
    (attachment: string) =>
      void latest.current.doing(async () => {
        const { address } = await door.call('attachment.open', { id: attachment });
        const content = await bring(address);
        await latest.current.put(new File([content], 'picture', { type: content.type }));
      }),
    [door],
  );
  const remove = () =>
    doing(async () => {
      await door.call('thread.removePicture', { id: thread });
      setNumber(0);
    });

  // None is there any more: it left with its text.
  const gone = query.data === null;
  return {
    number: gone ? 0 : number,
    drawn: number > 0 ? (query.data ?? null) : null,
    busy,
    error: error ?? (query.error ? asDoorError(query.error) : null),
    retry: () => (error ? tried.current() : void query.refetch()),
    add,
    addAgain,
    remove,
    sent: () => {
      setNumber(0);
      setError(null);
    },
  };
}
