import { DoorError } from '../door/error';
import type { LineReading, LineStatus, Purging } from '../door/shapes';
import type { Clinic, Replies } from './clinic';
import { ago } from './people';

/** A line on which one text waits and two wait for a person. */
export const goodLine: LineStatus = {
  line: 'good',
  kind: 'simulator',
  phone: '(303) 555-0100',
  lastHeard: ago(0.4),
  problem: null,
  unanswered: null,
  waiting: 1,
  undecided: 2,
  doubts: 0,
};

/** All that the provider keeps has been read. */
export const allRead: LineReading = {
  history: 'whole',
  texts: 8400,
  backTo: '2025-02-11T15:00:00.000Z',
  holds: false,
  readUpTo: ago(1),
  compared: ago(60 * 50),
  listed: 8412,
  kept: 8409,
  brought: 2,
  aside: 3,
  missing: 0,
  holes: [],
  alarm: null,
  sender: null,
  work: 'none',
  done: 0,
  failed: null,
  clinic: 'Juniper Counseling',
  phone: '(303) 555-0100',
};

/** Nothing is taken away at the provider. */
export const nothingPurged: Purging = {
  rule: 'nothing',
  days: 30,
  leastDays: 17,
  mostDays: 365,
  waits: null,
  emptied: 0,
  deleted: 0,
  attachments: 0,
  first: '',
  last: '',
  at: '',
  keptAttachments: 0,
  keptWords: 0,
  clinic: 'Juniper',
  phone: '(303) 555-0199',
};

/** The doors of the line, of reading what the provider keeps, and of what stands still. */
export const lineDoors = (clinic: Clinic) =>
  ({
    'line.status': () => ({ ...clinic.line, doubts: clinic.doubts.length }),
    'consent.doubts': () => ({ items: clinic.doubts }),
    'consent.settleDoubt': ({ message }: { message: string }) => {
      clinic.doubts = clinic.doubts.filter((doubt) => doubt.message !== message);
      return { items: clinic.doubts };
    },
    'line.check': () => clinic.line,
    'line.reading': () => clinic.reading,
    'text.price': () => ({ piece: 8300, picture: 0, currency: 'USD' }),
    'line.usage': () => ({
      this: {
        from: '2026-03-01',
        to: '2026-03-09',
        out: 214,
        in: 160,
        pictures: 3,
        texts: 3_153_700,
        total: 4_303_700,
        currency: 'USD',
        piece: 8300,
        picture: 0,
      },
      last: {
        from: '2026-02-01',
        to: '2026-02-28',
        out: 812,
        in: 640,
        pictures: 11,
        texts: 12_233_100,
        total: 13_383_100,
        currency: 'USD',
        piece: 8300,
        picture: 0,
      },
    }),
    'line.purging': () => clinic.purging,
    'line.setPurging': ({ rule, days }) => {
      clinic.purging = { ...clinic.purging, rule, days };
      return clinic.purging;
    },
    'line.compare': () => {
      clinic.reading = { ...clinic.reading, work: 'compare', done: 2000 };
      return clinic.reading;
    },
    'line.pauseHistory': ({ paused }) => {
      clinic.reading = { ...clinic.reading, history: paused ? 'paused' : 'going' };
      return clinic.reading;
    },
    'line.standstill': () => clinic.standstill,
    'line.review': () => clinic.review,
    'line.signReview': () => {
      if (!clinic.confirmed) return new DoorError('session.confirm');
      clinic.standstill = { ...clinic.standstill, review: null };
      return clinic.standstill;
    },
    'line.useThisCopy': () => {
      if (!clinic.confirmed) return new DoorError('session.confirm');
      clinic.standstill = { ...clinic.standstill, other: null };
      return clinic.standstill;
    },
    'line.settleSender': () => {
      clinic.reading = { ...clinic.reading, sender: null };
      return clinic.reading;
    },
    'line.connect': ({ kind, phone }) => {
      if (!clinic.confirmed) return new DoorError('session.confirm');
      if (kind === 'twilio') return new DoorError('settings.real_provider_refused');
      clinic.line = {
        ...clinic.line,
        line: 'good',
        kind,
        phone,
        lastHeard: ago(0),
        waiting: 0,
        undecided: 0,
        doubts: 0,
      };
      return clinic.line;
    },
    'line.disconnect': () => {
      clinic.line = { ...clinic.line, line: 'none', kind: 'none', phone: '', lastHeard: '' };
      return clinic.line;
    },
  }) satisfies Partial<Replies>;
