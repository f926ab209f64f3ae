import { type RefObject, useEffect, useRef } from 'react';

interface Keys {
  readonly search: RefObject<HTMLInputElement | null>;
  readonly composer: RefObject<HTMLTextAreaElement | null>;
  readonly onAdd: () => void;
  /** Somebody calls. */
  readonly onCaller: () => void;
  readonly onKeys: () => void;
  /** Whether a letter alone does something; who dictates turns it off. */
  readonly plain: boolean;
}

/**
 * The keys of the desk. Single letters work where nothing is being typed and no
 * dialog is open.
 */
export function useDeskKeys(keys: Keys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { search, composer, onAdd, onCaller, onKeys, plain } = latest.current;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        if (!document.querySelector('[role="dialog"]')) {
          search.current?.focus();
          search.current?.select();
        }
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (document.querySelector('[role="dialog"]')) return;
      if (event.key === 'Escape' && document.activeElement === composer.current) {
        list()?.focus();
        return;
      }
      if (!plain || typing(event.target)) return;
      const run = {
        j: () => move('ArrowDown'),
        k: () => move('ArrowUp'),
        r: () => composer.current?.focus(),
        n: onAdd,
        c: onCaller,
        '/': () => {
          search.current?.focus();
          search.current?.select();
        },
        '?': onKeys,
      }[event.key];
      if (!run) return;
      event.preventDefault();
      run();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

/** The list that can be reached: conversations, patients, or what was found. */
export function list(): HTMLElement | null {
  return document.querySelector<HTMLElement>('[role="listbox"]:not([inert] *)');
}

/** Moves the mark of the list by its own keys. */
function move(key: 'ArrowDown' | 'ArrowUp'): void {
  const found = list();
  if (!found) return;
  found.focus();
  found.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
}

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.matches('input:not([type="radio"]):not([type="checkbox"]), textarea, select') ||
      target.isContentEditable)
  );
}
