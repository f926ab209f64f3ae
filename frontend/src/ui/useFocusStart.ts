import { useEffect } from 'react';

/**
 * Moves the focus to where a screen begins: its first field, or its heading, so
 * that a screen reader says where one is and the Tab key goes on from there. It
 * moves again whenever `screen` names another one.
 */
export function useFocusStart(screen: string, start: 'field' | 'heading' = 'field'): void {
  useEffect(() => {
    const field = document.querySelector<HTMLElement>(
      'main :is(input:not([type="hidden"]), select, textarea)',
    );
    if (start === 'field' && field && screen) {
      field.focus();
      return;
    }
    focusHeading();
  }, [screen, start]);
}

/** Moves the focus to the heading of the screen. */
export function focusHeading(): void {
  const heading = document.querySelector<HTMLElement>('h1');
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
