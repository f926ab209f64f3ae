import { useEffect, useState } from 'react';
import type { DoorError } from '../../door/error';

/**
 * Seconds until another passphrase may be tried, counted down from what the
 * program asked for; 0 where it asks for no pause.
 */
export function useCountdown(error: DoorError | null): number {
  const asked = error?.code === 'vault.too_soon' ? Number(error.params['seconds']) || 1 : 0;
  const [left, setLeft] = useState(asked);
  useEffect(() => {
    setLeft(asked);
    if (asked === 0 || error === null) return;
    const timer = setInterval(() => setLeft((s) => Math.max(0, s - 1)), 1000);
    return () => clearInterval(timer);
  }, [asked, error]);
  return left;
}
