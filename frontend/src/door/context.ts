import { createContext, useContext, useSyncExternalStore } from 'react';
import type { AppState, Standpoint } from './appState';
import type { State } from './bindings';
import type { Door } from './door';

/** What stands behind the screens; see DoorProvider. */
export interface Opened {
  readonly door: Door;
  readonly state: AppState;
}

export const OpenedDoor = createContext<Opened | null>(null);

function useOpened(): Opened {
  const opened = useContext(OpenedDoor);
  if (!opened) throw new Error('a screen stands outside of DoorProvider');
  return opened;
}

/** The door. */
export function useDoor(): Door {
  return useOpened().door;
}

/** The keeper of the program's state, for what changes it. */
export function useAppState(): AppState {
  return useOpened().state;
}

/** Where the program stands, and a new render whenever that changes. */
export function useStandpoint(): Standpoint {
  const { state } = useOpened();
  return useSyncExternalStore(state.subscribe, state.current);
}

/** The program's state, where it is known; null before and after. */
export function useKnownState(): State | null {
  const now = useStandpoint();
  return now.kind === 'known' ? now.state : null;
}

/** What a member of staff may do; the program decides, this only shows it. */
export type Permission =
  | 'texts.read'
  | 'texts.send'
  | 'texts.confirm'
  | 'texts.lift_limits'
  | 'patients.read'
  | 'patients.edit'
  | 'consent.record'
  | 'consent.rules'
  | 'consent.ask_many'
  | 'forms.edit'
  | 'records.export'
  | 'care.assign'
  | 'care.cover'
  | 'care.restrict'
  | 'emergency.open'
  | 'emergency.review'
  | 'incidents.report'
  | 'incidents.close'
  | 'staff.manage'
  | 'clinic.move'
  | 'records.register'
  | 'settings.read'
  | 'settings.edit'
  | 'records.accept_loss';

/** Whether whoever is signed in may do something. */
export function useMay(permission: Permission): boolean {
  return useKnownState()?.mayDo.includes(permission) ?? false;
}
