import { useEffect, useState } from 'react';
import type { NearEnd } from '../../door/shapes';
import { useStanding } from '../../door/useSession';

interface End {
  readonly near: NearEnd;
  /** Seconds until then, counted down for the eye; the program keeps the time. */
  readonly left: number;
}

/** Which end of the session is near. */
export function useEnd(): End {
  const { data, dataUpdatedAt } = useStanding();
  const near = data?.near ?? 'none';
  const seconds = data?.seconds ?? 0;
  const [passed, setPassed] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer begins the count anew
  useEffect(() => {
    setPassed(0);
    if (near === 'none') return;
    const timer = setInterval(() => setPassed((p) => p + 1), 1000);
    return () => clearInterval(timer);
  }, [near, seconds, dataUpdatedAt]);
  return { near, left: Math.max(0, seconds - passed) };
}
