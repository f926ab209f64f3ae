import { useQuery } from '@tanstack/react-query';
import { useDoor } from './context';
import { decidedKeys, lineKeys, meKeys, settingsKeys } from './keys';

/** The connection of the clinic's number and what waits to leave. */
export function useLine() {
  const door = useDoor();
  return useQuery({
    queryKey: lineKeys.status,
    queryFn: ({ signal }) => door.call('line.status', {}, signal),
    // The moment last heard from is not worth an announcement each time.
    refetchInterval: 10_000,
  });
}

/** How the records stand against what the phone service lists. */
export function useReading() {
  const door = useDoor();
  return useQuery({
    queryKey: lineKeys.reading,
    queryFn: ({ signal }) => door.call('line.reading', {}, signal),
  });
}

/** What texting came to; the phone service is asked, so not often. */
export function useUsage() {
  const door = useDoor();
  return useQuery({
    queryKey: lineKeys.usage,
    queryFn: ({ signal }) => door.call('line.usage', {}, signal),
    staleTime: 5 * 60_000,
  });
}

interface Price {
  readonly amount: number;
  readonly currency: string;
}

/** About what one piece of a text costs, or a text with a picture; null where none was billed lately. */
export function usePrice(of: 'piece' | 'picture'): Price | null {
  const door = useDoor();
  const { data } = useQuery({
    queryKey: lineKeys.price,
    queryFn: ({ signal }) => door.call('text.price', {}, signal),
    // Prices change seldom, and a composer is opened often.
    staleTime: 60 * 60_000,
    gcTime: 60 * 60_000,
    retry: false,
  });
  return data && data[of] > 0 ? { amount: data[of] / 1e6, currency: data.currency } : null;
}

/** What becomes of texts at the phone service, and what did. */
export function usePurging() {
  const door = useDoor();
  return useQuery({
    queryKey: lineKeys.purging,
    queryFn: ({ signal }) => door.call('line.purging', {}, signal),
  });
}

/** The texts that a person decides about. Each time they are shown is on record. */
export function useHeld() {
  const door = useDoor();
  return useQuery({
    queryKey: decidedKeys.held,
    queryFn: ({ signal }) => door.call('text.held', {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

/** The questions whether patients still want texts. Each time they are shown is on record. */
export function useDoubts() {
  const door = useDoor();
  return useQuery({
    queryKey: decidedKeys.doubts,
    queryFn: ({ signal }) => door.call('consent.doubts', {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

/** Why nothing leaves at all. */
export function useStandstill() {
  const door = useDoor();
  return useQuery({
    queryKey: lineKeys.standstill,
    queryFn: ({ signal }) => door.call('line.standstill', {}, signal),
  });
}

/** What somebody signs before anything leaves. Each time it is shown is on record. */
export function useReview() {
  const door = useDoor();
  return useQuery({
    queryKey: decidedKeys.review,
    queryFn: ({ signal }) => door.call('line.review', {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

/** The clinic's own settings; asked for only once somebody is signed in. */
export function useSettings(signedIn = true) {
  const door = useDoor();
  return useQuery({
    queryKey: settingsKeys.clinic,
    enabled: signedIn,
    queryFn: ({ signal }) => door.call('clinic.settings', {}, signal),
  });
}

/** The settings of this computer. */
export function useDeviceSettings() {
  const door = useDoor();
  return useQuery({
    queryKey: settingsKeys.device,
    queryFn: ({ signal }) => door.call('device.settings', {}, signal),
  });
}

/** How the person who signed in proves who she is. */
export function useWaysIn() {
  const door = useDoor();
  return useQuery({
    queryKey: meKeys.waysIn,
    queryFn: ({ signal }) => door.call('me.waysIn', {}, signal),
  });
}
