import { useEffect } from 'react';
import { useAppState, useDoor } from '../../door/context';

/** How often the program is told that somebody uses the window, in milliseconds. */
const every = 15_000;

/**
 * Tells the program that somebody uses the window, for systems that do not tell
 * it themselves, and what was copied out of it, so that the lock can clear it. What is
 * being written is kept as soon as the window is left: a screen that is locked, a lid
 * that is closed and another user all take it to the back first.
 */
export function usePresence(): void {
  const door = useDoor();
  const app = useAppState();
  useEffect(() => {
    let told = 0;
    const used = (event: Event) => {
      const now = Date.now();
      // What a script does is nobody's sign.
      if (!event.isTrusted || Math.abs(now - told) < every) return;
      told = now;
      door.call('session.stay', {}).catch(() => {});
    };
    const copied = (event: ClipboardEvent) => {
      const text = picked();
      if (!text) return;
      // The clipboard gets these very words, so that they can be known again.
      if (event.type === 'copy' && event.clipboardData && !field()) {
        event.clipboardData.setData('text/plain', text);
        event.preventDefault();
      }
      door.call('session.copied', { text }).catch(() => {});
    };
    const signs = ['keydown', 'pointerdown', 'wheel'] as const;
    for (const sign of signs) window.addEventListener(sign, used, { capture: true, passive: true });
    window.addEventListener('blur', app.keepNow);
    document.addEventListener('copy', copied);
    document.addEventListener('cut', copied);
    return () => {
      for (const sign of signs) window.removeEventListener(sign, used, { capture: true });
      window.removeEventListener('blur', app.keepNow);
      document.removeEventListener('copy', copied);
      document.removeEventListener('cut', copied);
    };
  }, [door, app]);
}

/** The field that has the focus, where it is one of text. */
function field(): HTMLInputElement | HTMLTextAreaElement | null {
  const at = document.activeElement;
  return at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement ? at : null;
}

/** The text that is marked. */
function picked(): string {
  const at = field();
  if (!at) return window.getSelection()?.toString() ?? '';
  return at.value.slice(at.selectionStart ?? 0, at.selectionEnd ?? 0);
}
