import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { catchBrowserKeys } from './app/catchBrowserKeys';
import { createRoutes } from './app/routes';
import { AppState } from './door/appState';
import { follow } from './door/follow';
import { createQueries } from './door/queries';
import { startDoor } from './door/start';
import { createI18n } from './i18n/i18n';
import { rememberedLanguage, rememberLanguage } from './i18n/rememberedLanguage';

/** The one-time word of this page, put in by whoever serves it; unfilled in development. */
function pageNonce(): string | undefined {
  const value = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;
  return value && value !== '__NONCE__' ? value : undefined;
}

/** The machine's own small memory; a web view may refuse it. */
function pageStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

const systemClock = () => new Date();

const nonce = pageNonce();
// Dialogs hold the page still with a style sheet of their own, which needs the
// word too.
if (nonce) setNonce(nonce);

// Before the router looks at the address: the preview's token is taken out of it.
const { door, place } = startDoor(window);
if (place === 'window') catchBrowserKeys(window);

const queries = createQueries();
const state = new AppState(door, () => queries.clear());
const storage = pageStorage();
const root = document.getElementById('root');
if (!root) throw new Error('The page has no root element');

follow(door, queries, state);
void state.ask();

createRoot(root).render(
  <StrictMode>
    <App
      door={door}
      state={state}
      queries={queries}
      router={createRoutes()}
      i18n={createI18n(rememberedLanguage(storage, navigator.languages))}
      onLanguage={(language) => rememberLanguage(storage, language)}
      zone={Intl.DateTimeFormat().resolvedOptions().timeZone}
      clock={systemClock}
      nonce={nonce}
      storage={storage}
    />
  </StrictMode>,
);
