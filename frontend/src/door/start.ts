import { type Door, openDoor } from './door';
import { httpTransport } from './httpTransport';
import { findBridge, windowTransport } from './windowTransport';

const tokenKey = 'quietline-token';

/** Where the page runs. The window has keys of the web view that must be caught. */
export type Place = 'window' | 'preview';

/**
 * Opens the door of this page: through the desktop window's bridge where there
 * is one, over HTTP otherwise. The token is this launch's; whoever cannot name
 * it cannot call.
 */
export function startDoor(page: Window): { door: Door; place: Place } {
  const bridge = findBridge(page);
  const served = meta(page, 'quietline-token');
  if (bridge && meta(page, 'quietline-transport') !== 'http') {
    return { door: openDoor(windowTransport(bridge, served)), place: 'window' };
  }
  const transport = httpTransport(served || previewToken(page), {
    fetch: (path, init) => page.fetch(path, init),
    wait: (milliseconds, signal) =>
      new Promise((done) => {
        const timer = page.setTimeout(done, milliseconds);
        signal.addEventListener('abort', () => {
          page.clearTimeout(timer);
          done();
        });
      }),
  });
  return { door: openDoor(transport), place: 'preview' };
}

/**
 * The token that the preview printed in its address. It is taken out of the
 * address at once, so that it is not in the history, and outlives a reload in
 * this tab only. The preview serves sample data and nothing else.
 */
function previewToken(page: Window): string {
  const named = /^#token=([A-Za-z0-9_-]+)$/.exec(page.location.hash)?.[1];
  if (named) {
    page.sessionStorage.setItem(tokenKey, named);
    page.history.replaceState(null, '', `${page.location.pathname}${page.location.search}#/`);
    return named;
  }
  return page.sessionStorage.getItem(tokenKey) ?? '';
}

/** A meta tag that the server fills; a placeholder that nobody filled is empty. */
function meta(page: Window, name: string): string {
  const content = page.document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content;
  return content && !content.startsWith('__') ? content : '';
}
