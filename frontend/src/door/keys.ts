import type { Category, InboxView, SearchQuery } from './bindings';

/**
 * The names of what is fetched, by area. Every query of the screen is named
 * here, so that a change can find all that it makes out of date.
 */
export const inboxKeys = {
  all: ['inbox'] as const,
  list: (view: InboxView, search: string) => ['inbox', view, search] as const,
};

/** What a search asks for, apart from which page. */
export type Asked = Omit<SearchQuery, 'after' | 'limit'>;

export const searchKeys = {
  all: ['search'] as const,
  find: (asked: Asked) => ['search', asked] as const,
};

export const threadKeys = {
  all: ['thread'] as const,
  one: (id: string) => ['thread', id] as const,
  around: (id: string, text: string) => ['thread', id, 'around', text] as const,
};

/** Answers that depend on everything: whether a text may go, why one went. */
export const textKeys = {
  all: ['text'] as const,
  check: (
    thread: string,
    body: string,
    category: Category,
    picture: boolean,
    sendAt: string,
    atProvider: boolean,
  ) => ['text', 'check', thread, body, category, picture, sendAt, atProvider] as const,
  first: (thread: string) => ['text', 'first', thread] as const,
  why: (message: string) => ['text', 'why', message] as const,
};

/** What came with texts. A file never changes, so nothing makes these out of date. */
export const attachmentKeys = {
  /** The picture of a draft; another count once it is another one. */
  draft: (thread: string, count: number) => ['attachment', 'draft', thread, count] as const,
  previews: (ids: readonly string[]) => ['attachment', 'previews', ...ids] as const,
  open: (id: string) => ['attachment', 'open', id] as const,
};

/** Scans of papers. A file never changes either. */
export const scanKeys = {
  open: (id: string) => ['scan', 'open', id] as const,
};

export const patientKeys = {
  all: ['patient'] as const,
  list: (search: string) => ['patient', 'list', search] as const,
  one: (id: string) => ['patient', 'one', id] as const,
};

export const consentKeys = {
  all: ['consent'] as const,
  forms: ['consent', 'forms'] as const,
  todo: ['consent', 'todo'] as const,
  ready: ['consent', 'ready'] as const,
  history: (id: string) => ['consent', 'history', id] as const,
  words: (version: string, patient: string) => ['consent', 'words', version, patient] as const,
  wanted: (variant: string) => ['consent', 'wanted', variant] as const,
};

/** A round of questions by text. */
export const roundKeys = {
  standing: ['round'] as const,
  earlier: (than: string) => ['round', 'earlier', than] as const,
};

export const lineKeys = {
  status: ['line'] as const,
  reading: ['line', 'reading'] as const,
  standstill: ['line', 'standstill'] as const,
  purging: ['line', 'purging'] as const,
  usage: ['usage'] as const,
  price: ['usage', 'price'] as const,
};

/**
 * What somebody decides about. Nothing makes these lists out of date while they are
 * looked at: each time they are shown is on record, and what changes under somebody's
 * eyes is decided wrongly.
 */
export const decidedKeys = {
  held: ['decided', 'held'] as const,
  doubts: ['decided', 'doubts'] as const,
  review: ['decided', 'review'] as const,
  mayAsk: (patient: string) => ['decided', 'mayAsk', patient] as const,
  askPeople: ['decided', 'ask'] as const,
  asked: (round: string) => ['decided', 'asked', round] as const,
};

/** The set-up of a real account, and what it answers when the desk is closed. */
export const liveKeys = {
  all: ['live'] as const,
  status: ['live', 'status'] as const,
  numbers: ['live', 'numbers'] as const,
  hours: ['live', 'hours'] as const,
  pictures: ['live', 'pictures'] as const,
};

export const healthKeys = {
  status: ['health'] as const,
  attachments: ['health', 'attachments'] as const,
  goingOn: ['health', 'goingOn'] as const,
};

/** How far the saving of damaged records has come. */
export const exportKeys = {
  status: ['export'] as const,
};

export const backupKeys = {
  all: ['backup'] as const,
  status: ['backup', 'status'] as const,
  drills: ['backup', 'drills'] as const,
  copies: (folder: string) => ['backup', 'copies', folder] as const,
  restoring: ['backup', 'restoring'] as const,
};

export const settingsKeys = {
  all: ['settings'] as const,
  clinic: ['settings', 'clinic'] as const,
  device: ['settings', 'device'] as const,
  locking: ['settings', 'locking'] as const,
  lockChoices: ['settings', 'lockChoices'] as const,
  signingIn: ['settings', 'signingIn'] as const,
  sheet: ['settings', 'sheet'] as const,
  receiving: ['settings', 'receiving'] as const,
  texting: ['settings', 'texting'] as const,
};

export const peopleKeys = {
  staff: ['people', 'staff'] as const,
  departure: (member: string) => ['people', 'departure', member] as const,
  waiting: ['people', 'waiting'] as const,
  covers: ['people', 'covers'] as const,
  emergencies: ['people', 'emergencies'] as const,
};

export const incidentKeys = {
  all: ['incident'] as const,
  list: ['incident', 'list'] as const,
  standing: ['incident', 'standing'] as const,
  one: (id: string) => ['incident', 'one', id] as const,
};

export const meKeys = {
  waysIn: ['me', 'waysIn'] as const,
};

export const sessionKeys = {
  /** Whether the session nears its end. */
  standing: ['session', 'standing'] as const,
};
