import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { i18n } from 'i18next';
import { type DataRouter, RouterProvider } from 'react-router';
import type { AppState } from '../door/appState';
import { DoorProvider } from '../door/DoorProvider';
import type { Door } from '../door/door';
import type { Language } from '../i18n/i18n';
import { NowProvider } from '../ui';
import { ThemeProvider } from '../ui/theme/ThemeProvider';
import { ClinicLanguage } from './ClinicLanguage';

interface Props {
  readonly door: Door;
  readonly state: AppState;
  readonly queries: QueryClient;
  readonly router: DataRouter;
  readonly i18n: i18n;
  readonly onLanguage: (language: Language) => void;
  /** The computer's time zone, until a clinic is open. */
  readonly zone: string;
  readonly clock: () => Date;
  readonly nonce: string | undefined;
  readonly storage: Storage | null;
}

/** Joins what every screen stands on. Everything it needs is handed in by main. */
export function App({
  door,
  state,
  queries,
  router,
  i18n,
  onLanguage,
  zone,
  clock,
  nonce,
  storage,
}: Props) {
  return (
    <ThemeProvider nonce={nonce} storage={storage}>
      <QueryClientProvider client={queries}>
        <DoorProvider door={door} state={state}>
          <ClinicLanguage i18n={i18n} zone={zone} onLanguage={onLanguage}>
            <NowProvider clock={clock} every={10_000}>
              <RouterProvider router={router} />
            </NowProvider>
          </ClinicLanguage>
        </DoorProvider>
      </QueryClientProvider>
    </ThemeProvider>
  );
}
