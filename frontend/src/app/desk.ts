import { createContext, type ReactNode, type RefObject, useContext } from 'react';
import type { AddedPatient, PatientCard } from '../door/shapes';

/** The areas of the desk. */
export type Area = 'inbox' | 'patients' | 'consents' | 'people' | 'records' | 'settings';

/** What every screen of the desk shares: its frame, its dialogs and its keys. */
export interface DeskParts {
  readonly rail: (current: Area) => ReactNode;
  readonly banner: ReactNode;
  /** Opens the form for a new patient; what is known of the number is filled in. */
  readonly addPatient: (phone?: string, done?: (added: AddedPatient) => void) => void;
  readonly recordPaper: (card: PatientCard) => void;
  /** Asks a patient for a consent by text, with the words shown first. */
  readonly askConsent: (card: PatientCard) => void;
  /** Has a patient sign on this device. */
  readonly signHere: (card: PatientCard) => void;
  readonly showKeys: () => void;
  /** Draws a new recovery sheet in place of the one in force. */
  readonly newSheet: () => void;
  /** Where the keys / and r lead. */
  readonly search: RefObject<HTMLInputElement | null>;
  readonly composer: RefObject<HTMLTextAreaElement | null>;
}

export const DeskContext = createContext<DeskParts | null>(null);

export function useDesk(): DeskParts {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('a screen of the desk stands outside of DeskProvider');
  return desk;
}
