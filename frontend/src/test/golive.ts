import { DoorError } from '../door/error';
import type { GoLive, LineStatus, Pictures } from '../door/shapes';
import type { Replies } from './clinic';

type Doors = Pick<
  Replies,
  | 'live.status'
  | 'live.readKey'
  | 'live.useKey'
  | 'live.numbers'
  | 'live.useNumber'
  | 'live.recordAgreement'
  | 'live.prove'
  | 'live.lookForProof'
  | 'live.withoutReply'
  | 'live.check'
  | 'afterHours.get'
  | 'afterHours.save'
  | 'pictures.status'
  | 'pictures.try'
  | 'pictures.confirm'
  | 'pictures.off'
>;

const nothing: GoLive = {
  account: '',
  key: '',
  main: false,
  phone: '',
  document: '',
  signed: '',
  code: '',
  proofPhone: '',
  proofAsked: '',
  out: '',
  arrived: '',
  in: '',
  noReply: false,
  live: null,
};

const none = {
  on: false,
  week: [],
  holidays: [],
  text: '',
  problem: null,
  held: false,
  until: '',
  behind: false,
};

const noPictures: Pictures = {
  state: 'off',
  phone: '',
  askedAt: '',
  left: 0,
  provenAt: '',
  by: '',
  problem: { code: 'golive.no_key', params: {} },
};

/** A clinic that has not begun to connect its own account. */
export const notLive: Doors = {
  'live.status': () => nothing,
  'live.readKey': () => ({ account: '', key: '', secret: false, main: false, problem: null }),
  'live.useKey': () => nothing,
  'live.numbers': () => ({ items: [] }),
  'live.useNumber': () => nothing,
  'live.recordAgreement': () => nothing,
  'live.prove': () => nothing,
  'live.lookForProof': () => nothing,
  'live.withoutReply': () => nothing,
  'live.check': () => ({ items: [], open: 0, at: '' }),
  'afterHours.get': () => none,
  'afterHours.save': () => none,
  'pictures.status': () => noPictures,
  'pictures.try': () => new DoorError('golive.no_key'),
  'pictures.confirm': () => new DoorError('golive.no_trial'),
  'pictures.off': () => noPictures,
};

/** What going live answers before everything is there. */
export const tooEarly = (): LineStatus | DoorError => new DoorError('app.bad_input');
