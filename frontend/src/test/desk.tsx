import { QueryClient } from '@tanstack/react-query';
import { configure, type RenderResult, render } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import { vi } from 'vitest';
// The parts that the program loads when they are needed are loaded beforehand here.
import '../app/Desk';
import '../features/setup/SetupScreen';
import '../features/setup/SheetPendingScreen';
import { App } from '../app/App';
import { createRoutes } from '../app/routes';
import { AppState } from '../door/appState';
import { follow } from '../door/follow';
import { createI18n, type Language } from '../i18n/i18n';
import { Clinic, type Replies } from './clinic';
import { FakeDoor } from './FakeDoor';
import { fixedNow } from './people';

// A whole program under jsdom on a busy machine takes its time; a story that
// fails still fails.
configure({ asyncUtilTimeout: 30_000 });
vi.setConfig({ testTimeout: 180_000 });

interface Opened extends RenderResult {
  readonly user: UserEvent;
  readonly door: FakeDoor;
  readonly clinic: Clinic;
  readonly queries: QueryClient;
  readonly state: AppState;
}

interface Options {
  readonly clinic?: Clinic;
  readonly path?: string;
  readonly language?: Language;
  /** Answers that differ from the clinic's. */
  readonly replies?: Partial<Replies>;
}

const clock = (): Date => fixedNow;

/** The whole program as a person sees it, over an invented clinic. */
export function openDesk({
  clinic = new Clinic(),
  path = '/',
  language = 'en',
  replies = {},
}: Options = {}): Opened {
  window.location.hash = `#${path}`;
  const door = new FakeDoor({ ...clinic.replies, ...replies });
  const queries = new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } },
  });
  const state = new AppState(door, () => queries.clear());
  follow(door, queries, state);
  void state.ask();
  const shown = render(
    <App
      door={door}
      state={state}
      queries={queries}
      router={createRoutes()}
      i18n={createI18n(language)}
      onLanguage={() => {}}
      zone="America/Denver"
      clock={clock}
      nonce={undefined}
      storage={null}
    />,
  );
  return { ...shown, user: userEvent.setup(), door, clinic, queries, state };
}
