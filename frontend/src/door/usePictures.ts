import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useDoor } from './context';
import { DoorError, screenCodes } from './error';
import { attachmentKeys } from './keys';

/**
 * Brings a picture from an address that a door has given. The address is good
 * for one request; what comes stays in this page's memory, in no cache.
 */
export async function bring(address: string, signal?: AbortSignal): Promise<Blob> {
  let response: Response;
  try {
    response = await fetch(address, { ...(signal ? { signal } : {}), cache: 'no-store' });
  } catch {
    if (signal?.aborted) throw new DoorError('app.cancelled', {}, true);
    throw new DoorError(screenCodes.unreachable, {}, true);
  }
  if (!response.ok) throw new DoorError('app.not_found', {}, true);
  return response.blob();
}

/** Small pictures, by the ids of their attachments; those that cannot be had are not among them. */
export function usePreviews(ids: readonly string[]) {
  const door = useDoor();
  return useQuery({
    queryKey: attachmentKeys.previews(ids),
    queryFn: async ({ signal }) => {
      const { items } = await door.call('attachment.previews', { ids: [...ids] }, signal);
      const brought = new Map<string, Blob>();
      for (const { id, address } of items) {
        if (address) brought.set(id, await bring(address, signal));
      }
      return brought;
    },
    enabled: ids.length > 0,
    // A file never changes; what is not looked at any more is forgotten at once.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

/** A picture in full. Asking for it is on record each time. */
export function usePicture(id: string) {
  const door = useDoor();
  return useQuery({
    queryKey: attachmentKeys.open(id),
    queryFn: async ({ signal }) => {
      const opened = await door.call('attachment.open', { id }, signal);
      return { ...opened, content: await bring(opened.address, signal) };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

/** An address within this page for what it holds, for as long as it is shown. */
export function useObjectUrl(content: Blob | undefined): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!content) return;
    const made = URL.createObjectURL(content);
    setUrl(made);
    return () => {
      setUrl(null);
      URL.revokeObjectURL(made);
    };
  }, [content]);
  return url;
}
