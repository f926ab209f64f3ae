import type {
  Attachment,
  ConsentRow,
  FormRow,
  Message,
  MessageState,
  PatientCard,
  PatientRow,
  Reason,
  Standing,
  ThreadRow,
  Way,
} from '../door/shapes';

/** The moment at which the invented clinic stands still: Tuesday morning in Denver. */
export const fixedNow = new Date('2026-03-17T15:42:00.000Z');

/** An instant so many minutes before fixedNow, as the doors write it. */
export function ago(minutes: number): string {
  return new Date(fixedNow.getTime() - minutes * 60_000).toISOString();
}

export function reason(
  code: string,
  next: string,
  source: string,
  params: Reason['params'] = {},
): Reason {
  return { code: `policy.${code}`, next: `policy.next_${next}`, source, params };
}

/** A text; what is not named is that of a plain text that arrived. */
export function text(
  id: string,
  way: Way,
  body: string,
  at: string,
  more: Partial<Message> = {},
): Message {
  return {
    id,
    way,
    body,
    media: 0,
    attachments: [],
    origin: '',
    at,
    author: way === 'out' ? 'Rosa Delgado' : '',
    state: way === 'in' ? 'received' : 'delivered',
    until: '',
    failure: null,
    sendsAgain: false,
    sentAgain: false,
    category: 'scheduling',
    incident: '',
    ...more,
  };
}

/** A consent; what is not named is that of a common one. */
export function consent(id: string, more: Partial<ConsentRow> = {}): ConsentRow {
  return {
    id,
    state: 'given',
    form: 'texting-2026-01-en',
    signedOn: '2026-01-12',
    expires: '2027-01-12',
    categories: ['scheduling', 'reminders', 'billing'],
    fromHour: 0,
    toHour: 24,
    weekdays: [],
    signer: 'patient',
    recordedBy: 'Amir Haddad',
    revokedAt: '',
    revokedHow: '',
    hold: '',
    ends: false,
    way: 'paper',
    code: '4T7KQ-9M2XC',
    asked: null,
    scope: {
      categories: ['scheduling', 'reminders', 'billing'],
      excluded: [],
      fromHour: 0,
      toHour: 24,
      weekdays: [],
      perDay: 0,
      perWeek: 0,
      sharedPhone: false,
      numbers: [],
      from: '',
      channel: '',
    },
    details: {
      witness: '',
      interpreter: '',
      authority: '',
      document: '',
      beside: '',
      copyGiven: false,
    },
    signedBy: 'patient',
    numbers: [],
    scans: [],
    revocable: !['revoked', 'replaced', 'declined', 'unanswered'].includes(more.state ?? 'given'),
    returns: false,
    ...more,
  };
}

/** A form of the consent, a draft that came with the program. */
export function form(
  version: string,
  language: FormRow['language'],
  more: Partial<FormRow> = {},
): FormRow {
  return {
    version,
    language,
    draft: true,
    variant: '',
    pair: '',
    hash: '',
    own: false,
    source: '',
    retired: false,
    reviewedBy: '',
    reviewedOn: '',
    pages: 0,
    ...more,
  };
}

/** A card; what is not named is that of an adult who may be texted. */
export function card(
  id: string,
  name: string,
  phone: string,
  more: Partial<PatientCard> = {},
): PatientCard {
  return {
    id,
    name,
    birthDate: '1984-06-02',
    age: 41,
    minor: false,
    language: 'en',
    zone: 'America/Denver',
    guardian: '',
    numbers: [
      {
        id: `n-${id}`,
        phone,
        shared: false,
        optedOut: '',
        verified: '',
        guardians: false,
        held: '',
        thread: '',
      },
    ],
    standing: 'can_text',
    categories: more.standing === 'cannot_text' ? [] : ['scheduling', 'reminders', 'billing'],
    reasons: [],
    consents: [consent(`c-${id}`)],
    thread: `t-${id}`,
    disclosures: [],
    therapists: [],
    cliniciansOnly: false,
    ...more,
  };
}

/** What one invented patient, or an unknown number, brings along. */
export interface Person {
  readonly thread: string;
  readonly phone: string;
  card: PatientCard | null;
  messages: Message[];
  unread: number;
  draft: string;
  draftAgain: string;
  draftPicture: boolean;
}

export function person(of: PatientCard, messages: Message[], unread = 0): Person {
  return {
    thread: of.thread,
    phone: of.numbers[0]?.phone ?? '',
    card: of,
    messages,
    unread,
    draft: '',
    draftAgain: '',
    draftPicture: false,
  };
}

export function stranger(thread: string, phone: string, messages: Message[]): Person {
  return {
    thread,
    phone,
    card: null,
    messages,
    unread: messages.length,
    draft: '',
    draftAgain: '',
    draftPicture: false,
  };
}

export function standingOf(p: Person): Standing {
  return p.card?.standing ?? 'unknown';
}

/** The line of the inbox for a person. */
export function threadRow(p: Person): ThreadRow {
  const last = p.messages.at(-1);
  const state: MessageState = last?.state ?? 'received';
  return {
    id: p.thread,
    patient: p.card ? { id: p.card.id, name: p.card.name } : null,
    phone: p.phone,
    snippet: last?.body ?? '',
    media: last?.media ?? 0,
    way: last?.way ?? 'in',
    state,
    at: last?.at ?? ago(0),
    unread: p.unread,
    standing: standingOf(p),
  };
}

/** The line of the patient list for a card. */
export function patientRow(of: PatientCard): PatientRow {
  return {
    id: of.id,
    name: of.name,
    phone: of.numbers[0]?.phone ?? '',
    thread: of.thread,
    standing: of.standing,
  };
}

/** A picture that came or went with a text. */
export function attachment(id: string, more: Partial<Attachment> = {}): Attachment {
  return {
    id,
    kind: 'picture',
    format: 'JPEG',
    bytes: 240_000,
    width: 800,
    height: 600,
    shown: true,
    lost: false,
    problem: null,
    again: false,
    ...more,
  };
}
