import { useEffect } from 'react';
import { useAppState } from '../door/context';

/** The key that locks: it works on every screen, in a dialog and while something is typed. */
export function useLockKey(): void {
  const app = useAppState();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'l') return;
      event.preventDefault();
      void app.lock();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [app]);
}
