import '@testing-library/jest-dom/vitest';
import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';

afterEach(cleanup);

// What jsdom lacks and Mantine asks for: observers that never report, and media
// queries. Motion is reduced: what opens is there at once, and no test depends on
// how long a transition takes.
class SilentObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

window.matchMedia = (query: string): MediaQueryList => ({
  matches: query === '(prefers-reduced-motion: reduce)',
  media: query,
  onchange: null,
  addEventListener: () => {},
  removeEventListener: () => {},
  addListener: () => {},
  removeListener: () => {},
  dispatchEvent: () => false,
});
window.ResizeObserver ??= SilentObserver;
if (!('fonts' in document)) Object.defineProperty(document, 'fonts', { value: new EventTarget() });
window.HTMLElement.prototype.scrollIntoView = () => {};

// jsdom lays nothing out. Every box is as high as a list's view in a window, so
// that lists which show what is in sight show something; scrolling moves at once.
for (const side of ['offsetHeight', 'clientHeight'] as const) {
  Object.defineProperty(window.HTMLElement.prototype, side, { get: () => 640 });
}
window.HTMLElement.prototype.scrollTo = function scrollTo(
  this: HTMLElement,
  to?: ScrollToOptions | number,
  top?: number,
) {
  this.scrollTop = (typeof to === 'object' ? to.top : top) ?? 0;
  this.dispatchEvent(new Event('scroll'));
};
