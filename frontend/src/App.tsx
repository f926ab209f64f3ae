import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { i18n } from 'i18next';
import { type DataRouter, RouterProvider } from 'react-router';
import { I18nProvider } from './i18n/I18nProvider';
import type { Language } from './i18n/i18n';
import { NowProvider } from './ui/now';
import { ToastProvider } from './ui/remark/Toast';
import { ThemeProvider } from './ui/theme/ThemeProvider';

interface Props {
  readonly nonce: string | undefined;
  readonly storage: Storage | null;
  readonly i18n: i18n;
  readonly onLanguage: (language: Language) => void;
  readonly zone: string;
  readonly queries: QueryClient;
  readonly router: DataRouter;
  readonly clock: () => Date;
}

/** Joins what every screen stands on. Everything it needs is handed in by main. */
export function App({ nonce, storage, i18n, onLanguage, zone, queries, router, clock }: Props) {
  return (
    <ThemeProvider nonce={nonce} storage={storage}>
      <I18nProvider i18n={i18n} zone={zone} onLanguage={onLanguage}>
        <QueryClientProvider client={queries}>
          <NowProvider clock={clock}>
            <ToastProvider>
              <RouterProvider router={router} />
            </ToastProvider>
          </NowProvider>
        </QueryClientProvider>
      </I18nProvider>
    </ThemeProvider>
  );
}
