import { useEffect } from 'react';
import type { Area } from './desk';

/**
 * Moves the focus to the heading of an area when it is entered, so that a screen
 * reader says where one is and the Tab key goes on from there.
 */
export function useFocusHeading(area: Area): void {
  useEffect(() => {
    const heading = document.querySelector<HTMLElement>('h1');
    if (!heading) return;
    heading.tabIndex = -1;
    heading.dataset['area'] = area;
    heading.focus({ preventScroll: true });
  }, [area]);
}
