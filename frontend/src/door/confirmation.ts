import { createContext } from 'react';

/**
 * Asks whoever is signed in for the passphrase; true once it was right, false
 * where the person turned back.
 */
export type AskPassphrase = () => Promise<boolean>;

/** How a step that asks for the passphrase again gets it; nobody is asked without. */
export const Confirmation = createContext<AskPassphrase>(async () => false);

/** The code of a step that asks for it. */
export const confirmCode = 'session.confirm';
