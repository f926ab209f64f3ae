import type { Finding, MoveNews, State } from '../door/shapes';

/** A locked clinic with two people. */
export const closedState: State = {
  phase: 'locked',
  problem: null,
  finding: null,
  sample: false,
  sampleHint: '',
  members: [
    { id: 'm1', name: 'Rosa Delgado', role: 'front_desk', short: false },
    { id: 'm2', name: 'Amir Haddad', role: 'office_manager', short: false },
  ],
  last: '',
  arrived: 0,
  needsRecovery: false,
  moved: '',
  stayed: null,
  sheetPending: false,
  sheetCheck: 'fine',
  me: null,
  phoneAsked: false,
  handed: false,
  phoneEnd: null,
  mayDo: [],
  clinicName: '',
  language: 'en',
  version: '0.1.0',
};

/** The same clinic with its office manager signed in. */
export const openState: State = {
  ...closedState,
  phase: 'open',
  me: { id: 'm2', name: 'Amir Haddad', role: 'office_manager', short: false },
  mayDo: [
    'texts.read',
    'texts.send',
    'texts.confirm',
    'patients.read',
    'patients.edit',
    'consent.record',
    'settings.read',
    'settings.edit',
  ],
  clinicName: 'Juniper Counseling',
};

/** What a computer says whose clinic has gone to another one. */
export function moved(move: MoveNews): Finding {
  return {
    found: 'moved',
    problem: null,
    missingFrom: '',
    missingUntil: '',
    canGoOn: false,
    needsSheet: false,
    canExport: false,
    opens: false,
    suggested: '',
    deciders: ['Priya Raman'],
    move,
  };
}
