import type { Answer, DoorName, Request } from '../door/door';
import { DoorError } from '../door/error';
import type {
  Backups,
  CheckedText,
  Drills,
  Health,
  HeldTexts,
  LineReading,
  LineStatus,
  LockSettings,
  Message,
  PatientCard,
  Purging,
  Reason,
  ReviewList,
  SendText,
  SessionStanding,
  SheetStanding,
  SigningIn,
  Size,
  Standstill,
  State,
  WaysIn,
} from '../door/shapes';
import { cast } from './cast';
import { consentDoors } from './consents';
import { notLive, tooEarly } from './golive';
import { papers } from './papers';
import {
  ago,
  card,
  consent,
  fixedNow,
  form,
  type Person,
  patientRow,
  person,
  reason,
  threadRow,
} from './people';
import { find } from './search';
import { closedState, moved, openState } from './shapes';
import { people } from './staff';

export type Replies = {
  [N in DoorName]: (request: Request<N>) => Answer<N> | DoorError;
};

export const samplePassphrase = 'quiet river morning lamp';
export const sheetWords =
  'amber bicycle cedar dolphin ember ferry garden harbor island jacket kettle lantern meadow'.split(
    ' ',
  );

const sheet = { words: sheetWords, code: 'QL1-EXAMPLE-CODE-OF-THE-SHEET', ask: [3, 7, 12] };

/**
 * An invented clinic that lives in memory and answers every door, for tests of
 * the screens and for looking at them. It is no second implementation: where it
 * must decide, it decides the simplest way that still shows every state.
 */
export class Clinic {
  readonly people: Person[] = cast();
  state: State;
  line: LineStatus = {
    line: 'good',
    kind: 'simulator',
    phone: '(303) 555-0100',
    lastHeard: ago(0.4),
    problem: null,
    waiting: 1,
    undecided: 2,
  };
  drills: Drills = {
    days: 90,
    next: '',
    overdue: false,
    folder: '',
    waits: false,
    stage: 'none',
    done: 0,
    total: 0,
    problem: null,
    items: [],
  };
  backups: Backups = {
    folders: [{ folder: '/disk/Quietline backup', newest: ago(20), late: false, problem: null }],
    room: true,
    late: false,
    stage: 'none',
    done: 0,
    total: 0,
    problem: null,
  };
  health: Health = {
    checked: ago(60 * 26),
    outcome: 'good',
    faults: [],
    next: '2026-03-22T15:42:00.000Z',
    overdue: false,
    work: 'none',
    part: 'none',
    done: 0,
    total: 0,
    problem: null,
    remade: false,
    search: null,
    unopened: 0,
    wentOn: null,
    exported: '',
    lostAttachments: 0,
  };
  asked: SigningIn = { phone: false, without: [] };
  sheet: SheetStanding = {
    made: ago(60 * 24 * 400),
    proven: ago(60 * 24 * 400),
    due: ago(60 * 24 * 35),
    check: 'overdue',
  };
  standstill: Standstill = { review: null, other: null };
  review: ReviewList = { items: [], more: false, hidden: false, mark: '' };
  purging: Purging = {
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
  reading: LineReading = {
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
  };
  ways: WaysIn = { phone: '', backupCodes: 0, short: '' };
  standing: SessionStanding = { near: 'none', seconds: 0 };
  private locking: LockSettings = sameFor('in_force', 10, 12);
  private receiving = { whileLocked: true };
  private next = 1;
  private device: Answer<'device.settings'> = { closing: 'quits', coverAway: false };
  private confirmed = true;

  constructor(state: State = openState) {
    this.state = state;
  }

  /** Whether the next step that asks for the passphrase gets on without. */
  forgetConfirmation(): void {
    this.confirmed = false;
  }

  readonly replies: Replies = {
    ...papers,
    'app.state': () => this.state,
    'clinic.create': ({ clinicName, yourName, language, passphrase }) => {
      if (passphrase.length < 12) return new DoorError('vault.passphrase_short', { min: 12 });
      this.state = {
        ...openState,
        clinicName,
        language,
        me: { id: 'm2', name: yourName, role: 'office_manager', short: false },
        sheetPending: true,
      };
      this.line = { ...this.line, line: 'none', kind: 'none', phone: '', lastHeard: '' };
      this.people.length = 0;
      return sheet;
    },
    'clinic.showSheet': () => {
      if (!this.confirmed) return new DoorError('session.confirm');
      return sheet;
    },
    'clinic.confirmSheet': ({ words }) => {
      const wanted = [3, 7, 12].map((n) => sheetWords[n - 1]);
      const wrong = wanted.findIndex((w, i) => w !== words[i]?.trim().toLowerCase());
      if (wrong >= 0) return new DoorError('vault.word_differs', { position: [3, 7, 12][wrong] });
      this.state = { ...this.state, sheetPending: false };
      return this.state;
    },
    'clinic.sheet': () => this.sheet,
    'clinic.checkSheet': ({ words }) => {
      if (words !== sheetWords.join(' ')) return new DoorError('vault.wrong_words');
      this.sheet = { ...this.sheet, proven: ago(0), due: ago(-60 * 24 * 365), check: 'fine' };
      this.state = { ...this.state, sheetCheck: 'fine' };
      return this.sheet;
    },
    'clinic.signingIn': () => this.asked,
    'clinic.saveSigningIn': ({ phone }) => {
      if (phone && this.ways.phone === '') return new DoorError('desk.phone_first');
      this.asked = { ...this.asked, phone };
      return this.asked;
    },
    'clinic.settings': () => this.settings,
    'clinic.saveSettings': (settings) => {
      this.settings = settings;
      return settings;
    },
    'me.waysIn': () => this.ways,
    'me.beginPhone': () => ({
      text: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
      square:
        'otpauth://totp/Quietline:Amir?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Quietline',
    }),
    'me.confirmPhone': ({ code }) => {
      if (code !== '123456') return new DoorError('vault.wrong_code');
      this.ways = { ...this.ways, phone: ago(0), backupCodes: 10 };
      this.state = { ...this.state, phoneAsked: false };
      return { codes: Array.from({ length: 10 }, (_, n) => `k${n}f4q-9w2z${n}`) };
    },
    'me.endPhone': () => {
      this.ways = { ...this.ways, phone: '', backupCodes: 0 };
      return this.ways;
    },
    'me.sawPhoneEnd': () => {
      this.state = { ...this.state, phoneEnd: null };
      return this.state;
    },
    'device.check': () => this.state,
    'me.setShort': ({ phrase }) => {
      if (phrase.length < 8) return new DoorError('vault.passphrase_short', { min: 8 });
      this.ways = { ...this.ways, short: ago(0) };
      return this.ways;
    },
    'me.endShort': () => {
      this.ways = { ...this.ways, short: '' };
      return this.ways;
    },
    'backup.status': () => this.backups,
    'backup.copies': () => copies,
    'backup.run': () => {
      this.backups = { ...this.backups, stage: 'records', done: 1200, total: 8400 };
      return this.backups;
    },
    'backup.add': ({ folder }) => {
      if (!folder.startsWith('/')) return new DoorError('backup.unreachable');
      const added = { folder, newest: '', late: true, problem: null };
      const folders = [...this.backups.folders, added];
      this.backups = { ...this.backups, folders, room: folders.length < 2 };
      return this.backups;
    },
    'backup.rejoin': ({ folder, words }) => {
      if (words !== sheetWords.join(' ')) return new DoorError('vault.wrong_words');
      const folders = this.backups.folders.map((f) =>
        f.folder === folder ? { ...f, problem: null } : f,
      );
      this.backups = { ...this.backups, folders };
      return this.backups;
    },
    'drill.status': () => this.drills,
    'drill.run': ({ folder }) => {
      this.drills = { ...this.drills, folder, stage: 'restoring', done: 300, total: 8400 };
      return this.drills;
    },
    'drill.stop': () => {
      this.drills = { ...this.drills, folder: '', stage: 'none', done: 0, total: 0 };
      return this.drills;
    },
    'drill.saw': ({ began }) => {
      const reader = { name: this.state.me?.name ?? '', at: ago(0) };
      const items = this.drills.items.map((d) =>
        d.began === began ? { ...d, seen: [...d.seen, reader] } : d,
      );
      this.drills = { ...this.drills, items };
      return this.drills;
    },
    'drill.saveDays': ({ days }) => {
      this.drills = { ...this.drills, days };
      return this.drills;
    },
    'backup.remove': ({ folder }) => {
      const folders = this.backups.folders.filter((f) => f.folder !== folder);
      this.backups = { ...this.backups, folders, room: true };
      return this.backups;
    },
    'folder.choose': () => ({ folder: '/disk', typed: false }),
    'restore.open': ({ words }) =>
      words === sheetWords.join(' ')
        ? copies
        : new DoorError('vault.word_unknown', { position: 3 }),
    'restore.run': () => {
      this.state = { ...closedState, needsRecovery: true, members: [] };
      return { made: ago(20), lost: 0 };
    },
    'restore.progress': () => ({ stage: 'none', done: 0, total: 0, seconds: 0 }),
    'restore.stop': () => ({}),
    'health.status': () => this.health,
    'health.check': () => {
      this.health = { ...this.health, work: 'check', part: 'records', done: 1200, total: 8400 };
      return this.health;
    },
    'health.cancel': () => {
      this.health = { ...this.health, work: 'none', part: 'none', done: 0, total: 0 };
      return this.health;
    },
    'health.remake': () => {
      this.health = { ...this.health, work: 'rebuild', part: 'lists', done: 900, total: 8400 };
      return this.health;
    },
    'health.goingOn': () => ({ done: 0, total: 0, seconds: 0 }),
    'health.goOn': () => {
      this.state = { ...openState, me: this.state.me };
      return this.state;
    },
    'health.export': () => ({
      folder: 'quietline-2026-03-04-150500',
      patients: 41,
      texts: 1208,
      consents: 39,
      unreadable: 17,
      gaps: [{ from: ago(60 * 50), until: ago(60 * 49), events: 17 }],
      uncertain: 3,
      attachments: 96,
      lostAttachments: 2,
      lostAt: [ago(60 * 49)],
      scans: 12,
      lostScans: 1,
      recorded: true,
    }),
    'health.exporting': () => ({ stage: 'reading', done: 2400, total: 8400 }),
    'health.stopExport': () => ({}),
    'health.attachments': () => ({ items: [], more: 0 }),
    'move.begin': ({ folder }) => {
      if (!folder.startsWith('/')) return new DoorError('parcel.not_written');
      const move = {
        begun: ago(0),
        by: '',
        file: 'a.quietline',
        code: 'abcd-efgh',
        foreign: 2,
        days: 7,
      };
      this.state = {
        ...this.state,
        phase: 'halted',
        finding: moved({ ...move, done: 0, total: 0 }),
      };
      return this.state;
    },
    'move.takeBack': () => {
      this.state = openState;
      return this.state;
    },
    'move.open': ({ code }) =>
      code === 'abcd-efgh'
        ? { made: ago(60), members: closedState.members.slice(1) }
        : new DoorError('vault.move_mistyped'),
    'move.arrive': ({ passphrase }) => {
      if (passphrase !== samplePassphrase) return new DoorError('vault.wrong_passphrase');
      this.state = openState;
      return this.state;
    },
    'device.settings': () => this.device,
    'device.saveSettings': (device) => {
      this.device = device;
      return device;
    },
    'session.signIn': ({ member, passphrase }) => {
      if (passphrase !== samplePassphrase) return new DoorError('vault.wrong_passphrase');
      const me = this.state.members.find((m) => m.id === member) ?? null;
      this.state = { ...openState, sample: this.state.sample, language: this.state.language, me };
      return this.state;
    },
    'session.lock': () => {
      this.state = { ...closedState, sample: this.state.sample, language: this.state.language };
      return {};
    },
    'session.standing': () => this.standing,
    'session.stay': () => {
      this.standing = { near: 'none', seconds: 0 };
      return this.standing;
    },
    'session.copied': () => ({}),
    'clinic.lockSettings': () => this.locking,
    'clinic.saveLockSettings': (locking) => {
      if (!this.confirmed) return new DoorError('session.confirm');
      this.locking = locking;
      return locking;
    },
    'clinic.lockChoices': () => lockChoices,
    'clinic.receiving': () => this.receiving,
    'clinic.saveReceiving': (receiving) => {
      if (!this.confirmed) return new DoorError('session.confirm');
      this.receiving = receiving;
      return receiving;
    },
    'session.handOver': () => ({}),
    'session.confirm': ({ passphrase }) => {
      if (passphrase !== samplePassphrase) return new DoorError('vault.wrong_passphrase');
      this.confirmed = true;
      return {};
    },
    'recovery.open': ({ words }) => {
      if (words.split(/\s+/).length < sheetWords.length) {
        return new DoorError('vault.words_incomplete', {
          have: words.split(/\s+/).filter(Boolean).length,
          need: sheetWords.length,
        });
      }
      return { members: closedState.members };
    },
    'recovery.bind': () => {
      this.state = openState;
      return this.state;
    },
    'line.status': () => this.line,
    'line.check': () => this.line,
    'line.reading': () => this.reading,
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
      },
    }),
    'line.purging': () => this.purging,
    'line.setPurging': ({ rule, days }) => {
      this.purging = { ...this.purging, rule, days };
      return this.purging;
    },
    'line.compare': () => {
      this.reading = { ...this.reading, work: 'compare', done: 2000 };
      return this.reading;
    },
    'line.pauseHistory': ({ paused }) => {
      this.reading = { ...this.reading, history: paused ? 'paused' : 'going' };
      return this.reading;
    },
    'line.standstill': () => this.standstill,
    'line.review': () => this.review,
    'line.signReview': () => {
      if (!this.confirmed) return new DoorError('session.confirm');
      this.standstill = { ...this.standstill, review: null };
      return this.standstill;
    },
    'line.useThisCopy': () => {
      if (!this.confirmed) return new DoorError('session.confirm');
      this.standstill = { ...this.standstill, other: null };
      return this.standstill;
    },
    'line.settleSender': () => {
      this.reading = { ...this.reading, sender: null };
      return this.reading;
    },
    'line.connect': ({ kind, phone }) => {
      if (!this.confirmed) return new DoorError('session.confirm');
      if (kind === 'twilio') return new DoorError('settings.real_provider_refused');
      this.line = {
        ...this.line,
        line: 'good',
        kind,
        phone,
        lastHeard: ago(0),
        waiting: 0,
        undecided: 0,
      };
      return this.line;
    },
    'inbox.list': ({ view, search }) => {
      const wanted = search.trim().toLowerCase();
      const rows = this.people
        .map(threadRow)
        .filter(
          (row) =>
            (view === 'all' ||
              (view === 'unread' && row.unread > 0) ||
              (view === 'unknown' && row.patient === null) ||
              (view === 'waiting' &&
                ['waiting', 'later', 'held', 'ask', 'unsure'].includes(row.state))) &&
            `${row.patient?.name ?? ''} ${row.phone}`.toLowerCase().includes(wanted),
        )
        .sort((a, b) => b.at.localeCompare(a.at));
      return { items: rows, next: '', unread: this.people.reduce((n, p) => n + p.unread, 0) };
    },
    'search.find': (query) => find(this.people, query),
    'thread.open': ({ id }) => {
      const p = this.byThread(id);
      if (!p) return new DoorError('app.not_found');
      return {
        id,
        phone: p.phone,
        patient: p.card,
        messages: p.messages,
        earlier: '',
        newer: '',
        unread: p.unread,
        draft: p.draft,
        moves: [],
        asOf: this.next,
      };
    },
    'thread.markRead': ({ id }) => {
      const p = this.byThread(id);
      if (p) p.unread = 0;
      return {};
    },
    'thread.saveDraft': ({ id, body }) => {
      const p = this.byThread(id);
      if (p) p.draft = body;
      return {};
    },
    'text.check': ({ id, body, category }) => this.check(id, body, category),
    'text.send': (request) => this.send(request),
    'text.resolve': ({ id, send }) => {
      const message = this.change(id, { state: send ? 'sending' : 'withdrawn' });
      return message ? { message } : new DoorError('app.not_found');
    },
    'text.held': () => this.held(),
    'text.resolveAll': ({ send, leave }) => {
      for (const id of send) this.change(id, { state: 'sending' });
      for (const id of leave) this.change(id, { state: 'withdrawn' });
      return { sent: send.length, left: leave.length, refused: 0, rest: this.held() };
    },
    'attachment.previews': () => ({ items: [] }),
    'attachment.open': () => new DoorError('app.not_found'),
    'attachment.saveCopy': () => ({ saved: true, address: '', name: '' }),
    'attachment.fetchAgain': () => ({}),
    'text.why': ({ id }) => {
      const message = this.people.flatMap((p) => p.messages).find((m) => m.id === id);
      if (!message) return new DoorError('app.not_found');
      return {
        message,
        kind: message.category === 'reminders' ? 'consent' : 'reply',
        decidedAt: message.at,
        by: message.author,
        form: 'texting-2026-01-en',
        signedOn: '2026-01-12',
        category: message.category,
        inReplyAt: message.category === 'reminders' ? '' : message.at,
        attempts: 1,
      };
    },
    'patient.list': ({ search }) => ({
      items: this.cards()
        .filter((c) =>
          `${c.name} ${c.numbers[0]?.phone}`.toLowerCase().includes(search.toLowerCase()),
        )
        .map(patientRow)
        .sort((a, b) => a.name.localeCompare(b.name)),
      next: '',
    }),
    'patient.get': ({ id }) =>
      this.cards().find((c) => c.id === id) ?? new DoorError('app.not_found'),
    'patient.add': ({ name, phone, birthDate, shared, guardian, language, zone }) => {
      if (!name.trim()) return new DoorError('patients.name');
      const digits = phone.replace(/\D/g, '').slice(-10);
      const same = this.cards().filter((c) =>
        c.numbers.some((n) => n.phone.replace(/\D/g, '').endsWith(digits)),
      );
      if (same.length > 0 && !shared) {
        return { id: '', thread: '', sameNumber: same.map((c) => ({ id: c.id, name: c.name })) };
      }
      const id = `new${this.next++}`;
      const written = `(${digits.slice(0, 3)}) ${digits.slice(3, 6)}-${digits.slice(6)}`;
      const unknown = this.people.find((p) => p.card === null && p.phone === written);
      const added = card(id, name, written, {
        birthDate,
        guardian,
        language,
        zone,
        age: fixedNow.getUTCFullYear() - Number(birthDate.slice(0, 4)),
        standing: 'cannot_text',
        reasons: [noConsent],
        consents: [],
        ...(unknown ? { thread: unknown.thread } : {}),
      });
      if (unknown) unknown.card = added;
      else this.people.push(person(added, []));
      return { id, thread: added.thread, sameNumber: [] };
    },
    'consent.forms': () => ({
      items: [form('texting-2026-01-en', 'en'), form('texting-2026-01-es', 'es')],
    }),
    'consent.recordPaper': (paper) => {
      if (!paper.attested) return new DoorError('consent.not_attested');
      const id = `consent${this.next++}`;
      this.changeCard(paper.patient, (c) => ({
        ...c,
        standing: 'can_text',
        reasons: [],
        consents: [
          consent(id, {
            form: paper.form,
            signedOn: paper.signedOn,
            expires: paper.expires || '2027-03-17',
            categories: paper.categories,
            fromHour: paper.fromHour,
            toHour: paper.toHour,
            weekdays: paper.weekdays,
            signer: paper.signerName || c.name,
          }),
          ...c.consents,
        ],
      }));
      return { id };
    },
    ...people,
    ...consentDoors,
    ...notLive,
    'live.go': tooEarly,
    'line.disconnect': () => {
      this.line = { ...this.line, line: 'none', kind: 'none', phone: '', lastHeard: '' };
      return this.line;
    },
    'consent.revoke': ({ id, how }) => {
      const of = this.cards().find((c) => c.consents.some((row) => row.id === id));
      if (!of) return new DoorError('app.not_found');
      return this.changeCard(of.id, (c) => ({
        ...c,
        standing: 'cannot_text',
        reasons: [reason('consent_revoked', 'call_patient', '47-CFR-64.1200(a)(10)')],
        consents: c.consents.map((row) =>
          row.id === id ? { ...row, state: 'revoked', revokedAt: ago(0), revokedHow: how } : row,
        ),
      })) as PatientCard;
    },
  };

  private settings = {
    clinicName: 'Juniper Counseling',
    officePhone: '(303) 555-0100',
    zone: 'America/Denver',
    language: 'en' as const,
    textFrom: 9,
    textTo: 20,
    sundayFrom: 12,
    sundayTo: 20,
    dayCap: 1,
    weekCap: 3,
  } as Answer<'clinic.settings'>;

  /** Lets a text arrive. */
  arrive(thread: string, message: Message): void {
    const p = this.byThread(thread);
    if (!p) return;
    p.messages = [...p.messages, message];
    p.unread++;
  }

  private cards(): PatientCard[] {
    return this.people.flatMap((p) => (p.card ? [p.card] : []));
  }

  private byThread(id: string): Person | undefined {
    return this.people.find((p) => p.thread === id);
  }

  private changeCard(id: string, change: (c: PatientCard) => PatientCard): PatientCard | null {
    for (const p of this.people) {
      if (p.card?.id === id) {
        p.card = change(p.card);
        return p.card;
      }
    }
    return null;
  }

  change(id: string, change: Partial<Message>): Message | null {
    for (const p of this.people) {
      const found = p.messages.find((m) => m.id === id);
      if (!found) continue;
      const changed = { ...found, ...change };
      p.messages = p.messages.map((m) => (m.id === id ? changed : m));
      return changed;
    }
    return null;
  }

  private held(): HeldTexts {
    const items = this.people.flatMap((p) =>
      p.messages
        .filter((m) => m.state === 'held' || m.state === 'ask')
        .map((message) => ({
          message,
          thread: p.thread,
          patient: p.card ? { id: p.card.id, name: p.card.name } : null,
          phone: p.phone,
        })),
    );
    return { items, more: false };
  }

  private check(id: string, body: string, category: Message['category']): CheckedText {
    const of = this.byThread(id)?.card;
    const size = sizeOf(body);
    const no = (...reasons: Reason[]): CheckedText => ({
      answer: 'no',
      until: '',
      reasons,
      size,
      isReply: false,
      first: false,
      told: [],
    });
    if (!of) return no(reason('no_patient', 'choose_patient', 'program-check'));
    if (of.standing === 'cannot_text') return no(...of.reasons);
    const given = of.consents.find((c) => c.state === 'given' || c.state === 'expiring');
    if (!given?.categories.includes(category)) {
      return no(reason('category_not_covered', 'widen_consent', 'consent-form', { category }));
    }
    if (size.tooLong) {
      return no(
        reason('body_too_long', 'shorten_text', 'provider-limit', {
          length: size.characters,
          limit: 1600,
        }),
      );
    }
    if (given.fromHour > 0) {
      return {
        answer: 'wait',
        until: '2026-03-17T23:00:00.000Z',
        reasons: [reason('consent_hours', 'wait', 'consent-form')],
        size,
        isReply: false,
        first: false,
        told: [],
      };
    }
    if (of.numbers[0]?.shared) {
      return {
        answer: 'confirm',
        until: '',
        reasons: [reason('shared_phone', 'record_sharing', '45-CFR-164.522(b)')],
        size,
        isReply: false,
        first: false,
        told: [],
      };
    }
    return { answer: 'go', until: '', reasons: [], size, isReply: true, first: false, told: [] };
  }

  private send(request: SendText): Answer<'text.send'> | DoorError {
    const p = this.byThread(request.id);
    if (!p) return new DoorError('app.not_found');
    const known = p.messages.find((m) => m.id === request.key);
    if (known) return { message: known };
    const checked = this.check(request.id, request.body, request.category);
    const message: Message = {
      id: request.key,
      way: 'out',
      body: request.body,
      media: 0,
      attachments: [],
      origin: '',
      at: ago(0),
      author: this.state.me?.name ?? '',
      state: checked.answer === 'wait' ? 'later' : 'sending',
      until: checked.until,
      failure: null,
      category: request.category,
    };
    p.messages = [...p.messages, message];
    p.draft = '';
    return { message };
  }
}

function sameFor(rule: LockSettings['rule'], minutes: number, hours: number): LockSettings {
  return {
    rule,
    frontDesk: minutes,
    therapist: minutes,
    officeManager: minutes,
    privacyOfficer: minutes,
    longestHours: hours,
  };
}

const lockChoices = {
  items: [
    { mostMinutes: 15, mostHours: 24, offered: sameFor('in_force', 10, 12) },
    { mostMinutes: 10, mostHours: 12, offered: sameFor('proposed', 5, 10) },
  ],
};

const copies = {
  items: [
    { number: 2, made: ago(20), attachments: 96, bytes: 48_000_000 },
    { number: 1, made: ago(60 * 24), attachments: 95, bytes: 47_500_000 },
  ],
  unreadable: 0,
};

const noConsent = reason('no_consent', 'record_consent', '78-FR-5634');

function sizeOf(body: string): Size {
  const characters = body.trim().length;
  const unicode = [...body].some((c) => c.charCodeAt(0) > 126);
  const [one, part] = unicode ? [70, 67] : [160, 153];
  const segments = characters === 0 ? 0 : characters <= one ? 1 : Math.ceil(characters / part);
  const room = segments <= 1 ? one : segments * part;
  return { characters, segments, left: room - characters, unicode, tooLong: characters > 1600 };
}
