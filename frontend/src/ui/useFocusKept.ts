import { type RefObject, useEffect, useRef } from 'react';

const fields = 'input:not([type="hidden"]), select, textarea';

/**
 * Keeps the focus within a box of which the button that had it goes away: a form takes its
 * place, or what it decided leaves the list. Whenever `shown` is another one, a focus that
 * was lost moves to the first field, the first button or the box. One that is elsewhere stays.
 */
export function useFocusKept<T extends HTMLElement>(shown: unknown): RefObject<T | null> {
  const box = useRef<T>(null);
  const was = useRef(shown);
  useEffect(() => {
    if (was.current === shown) return;
    was.current = shown;
    const within = box.current;
    const has = document.activeElement;
    if (!within || (has && has !== document.body)) return;
    const next =
      within.querySelector<HTMLElement>(fields) ?? within.querySelector<HTMLElement>('button');
    if (!next) within.tabIndex = -1;
    (next ?? within).focus();
  }, [shown]);
  return box;
}
