import { QueryClient } from '@tanstack/react-query';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { createI18n } from './i18n/i18n';
import { rememberedLanguage, rememberLanguage } from './i18n/rememberedLanguage';
import { createRoutes } from './routes';

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

const storage = pageStorage();
const root = document.getElementById('root');
if (!root) throw new Error('The page has no root element');

createRoot(root).render(
  <StrictMode>
    <App
      nonce={nonce}
      storage={storage}
      i18n={createI18n(rememberedLanguage(storage, navigator.languages))}
      onLanguage={(language) => rememberLanguage(storage, language)}
      zone={Intl.DateTimeFormat().resolvedOptions().timeZone}
      queries={
        new QueryClient({
          defaultOptions: {
            // What changes is announced by the doors; nothing is asked again
            // just because a window came to the front. The doors are on this
            // machine, so being offline pauses nothing.
            queries: {
              staleTime: Number.POSITIVE_INFINITY,
              refetchOnWindowFocus: false,
              retry: false,
              networkMode: 'always',
            },
            mutations: { retry: false, networkMode: 'always' },
          },
        })
      }
      router={createRoutes()}
      clock={systemClock}
    />
  </StrictMode>,
);
