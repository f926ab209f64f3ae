import type { Answer } from '../door/door';
import { DoorError } from '../door/error';
import type { CheckedText, HeldTexts, Message, Reason, SendText, Size } from '../door/shapes';
import type { Clinic, Replies } from './clinic';
import { ago, reason, threadRow } from './people';
import { find } from './search';

/** The doors of the inbox, its threads and their texts. */
export const inboxDoors = (clinic: Clinic) =>
  ({
    'inbox.list': ({ view, search }) => {
      const wanted = search.trim().toLowerCase();
      const rows = clinic.people
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
      return { items: rows, next: '', unread: clinic.people.reduce((n, p) => n + p.unread, 0) };
    },
    'search.find': (query) => find(clinic.people, query),
    'thread.open': ({ id }) => {
      const p = clinic.byThread(id);
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
        draftAgain: p.draftAgain,
        draftPicture: p.draftPicture,
        pictures: true,
        notPatient: false,
        moves: [],
        waiting: p.messages.filter((m) => m.state === 'later' || m.state === 'scheduled'),
        doubts: [],
        asOf: clinic.next,
      };
    },
    'thread.markRead': ({ id }) => {
      const p = clinic.byThread(id);
      if (p) p.unread = 0;
      return {};
    },
    'thread.markNotPatient': () => ({}),
    'thread.saveDraft': ({ id, body, again }) => {
      const p = clinic.byThread(id);
      if (p) Object.assign(p, { draft: body, draftAgain: again });
      return {};
    },
    'thread.addPicture': ({ id }) => {
      const p = clinic.byThread(id);
      if (p) p.draftPicture = true;
      return drawn;
    },
    'thread.removePicture': ({ id }) => {
      const p = clinic.byThread(id);
      if (p) p.draftPicture = false;
      return {};
    },
    'thread.picture': ({ id }) => (clinic.byThread(id)?.draftPicture ? drawn : none),
    'text.check': ({ id, body, category, picture }) => check(clinic, id, body, category, picture),
    'text.send': (request) => send(clinic, request),
    'text.lift': () => new DoorError('exchange.limits_stay'),
    'text.firstAnswers': () => ({ items: [], instead: '' }),
    'text.sendFirst': () => new DoorError('exchange.may_not_go'),
    'text.resolve': ({ id, send }) => {
      const message = clinic.change(id, { state: send ? 'sending' : 'withdrawn' });
      return message ? { message } : new DoorError('app.not_found');
    },
    'text.held': () => held(clinic),
    'text.resolveAll': ({ send, leave }) => {
      for (const id of send) clinic.change(id, { state: 'sending' });
      for (const id of leave) clinic.change(id, { state: 'withdrawn' });
      return { sent: send.length, left: leave.length, refused: 0, rest: held(clinic) };
    },
    'attachment.previews': () => ({ items: [] }),
    'attachment.open': () => new DoorError('app.not_found'),
    'attachment.saveCopy': () => ({ saved: true, address: '', name: '' }),
    'attachment.fetchAgain': () => ({}),
    'text.why': ({ id }) => {
      const message = clinic.people.flatMap((p) => p.messages).find((m) => m.id === id);
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
        reason: '',
      };
    },
  }) satisfies Partial<Replies>;

/** The picture of a draft; nobody answers under its address. */
const drawn = { address: '/attachment/drawn', width: 1600, height: 1200, bytes: 240_000 };
const none = { address: '', width: 0, height: 0, bytes: 0 };

function held(clinic: Clinic): HeldTexts {
  const items = clinic.people.flatMap((p) =>
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

function check(
  clinic: Clinic,
  id: string,
  body: string,
  category: Message['category'],
  picture: boolean,
): CheckedText {
  const of = clinic.byThread(id)?.card;
  const size = sizeOf(body);
  const no = (...reasons: Reason[]): CheckedText => ({
    answer: 'no',
    until: '',
    reasons,
    size,
    isReply: false,
    first: false,
    told: [],
    lift: false,
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
      lift: false,
    };
  }
  if (picture) {
    return {
      answer: 'confirm',
      until: '',
      reasons: [reason('picture_unread', 'look_at_picture', 'clinic-rule')],
      size,
      isReply: false,
      first: false,
      told: [],
      lift: false,
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
      lift: false,
    };
  }
  return {
    answer: 'go',
    until: '',
    reasons: [],
    size,
    isReply: true,
    first: false,
    told: [],
    lift: false,
  };
}

function send(clinic: Clinic, request: SendText): Answer<'text.send'> | DoorError {
  const p = clinic.byThread(request.id);
  if (!p) return new DoorError('app.not_found');
  const known = p.messages.find((m) => m.id === request.key);
  if (known) return { message: known };
  const checked = check(clinic, request.id, request.body, request.category, request.picture);
  const message: Message = {
    id: request.key,
    way: 'out',
    body: request.body,
    media: request.picture ? 1 : 0,
    attachments: [],
    origin: '',
    at: ago(0),
    author: clinic.state.me?.name ?? '',
    state: request.atProvider
      ? 'scheduled'
      : request.sendAt || checked.answer === 'wait'
        ? 'later'
        : 'sending',
    until: request.sendAt || checked.until,
    failure: null,
    sendsAgain: request.again !== '',
    sentAgain: false,
    category: request.category,
    incident: '',
  };
  p.messages = [...p.messages, message];
  Object.assign(p, { draft: '', draftAgain: '' });
  if (request.picture) p.draftPicture = false;
  return { message };
}

function sizeOf(body: string): Size {
  const characters = body.trim().length;
  const unicode = [...body].some((c) => c.charCodeAt(0) > 126);
  const [one, part] = unicode ? [70, 67] : [160, 153];
  const segments = characters === 0 ? 0 : characters <= one ? 1 : Math.ceil(characters / part);
  const room = segments <= 1 ? one : segments * part;
  return { characters, segments, left: room - characters, unicode, tooLong: characters > 1600 };
}
