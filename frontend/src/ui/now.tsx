import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';

const NowContext = createContext<Date | null>(null);

interface Props {
  /** Reads the clock; a fixed one makes the same picture every time. */
  readonly clock: () => Date;
  /** Milliseconds between two looks at the clock; 0 looks once. */
  readonly every?: number;
  readonly children: ReactNode;
}

/** Keeps words such as "5 minutes ago" true while a screen stays open. */
export function NowProvider({ clock, every = 30_000, children }: Props) {
  const [now, setNow] = useState(clock);
  useEffect(() => {
    if (every === 0) return;
    const timer = setInterval(() => setNow(clock()), every);
    return () => clearInterval(timer);
  }, [clock, every]);
  return <NowContext value={now}>{children}</NowContext>;
}

/** The present, as fresh as the nearest NowProvider looks. */
export function useNow(): Date {
  const now = useContext(NowContext);
  if (!now) throw new Error('useNow needs a NowProvider above it');
  return now;
}
