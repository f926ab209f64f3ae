import type { Finding } from '../door/shapes';
import { ago } from './people';

/** Something of yesterday is missing, and the clinic can be gone on with. */
export const older: Finding = {
  found: 'older',
  problem: null,
  missingFrom: ago(60 * 24),
  missingUntil: ago(60),
  canGoOn: true,
  needsSheet: false,
  canExport: false,
  opens: false,
  suggested: '/media/safe',
  move: null,
  deciders: ['Amir Haddad'],
};

/** The records cannot all be read. */
export const damage: Finding = {
  ...older,
  found: 'damage',
  problem: { code: 'journal.damaged', params: {} },
  canGoOn: false,
  canExport: true,
};
