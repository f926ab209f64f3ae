import { DoorError } from '../door/error';
import type { Doors } from '../door/shapes';

type Doorsteps =
  | `care.${'assign' | 'end' | 'restrict' | 'waiting' | 'covers' | 'cover' | 'endCover'}`
  | `emergency.${'open' | 'list' | 'review'}`
  | `staff.${'list' | 'add' | 'changeRole' | 'setPassphrase' | 'endPhone' | 'departure' | 'leave'}`
  | `incident.${'report' | 'list' | 'standing' | 'get' | 'note' | 'decideNumber' | 'assess' | 'tell' | 'close' | 'saveDays'}`
  | 'paper.incident'
  | 'session.changePassphrase';

type Replies = { [N in Doorsteps]: () => Doors[N]['answer'] | DoorError };

const refused = () => new DoorError('app.not_found');
const staff = () => ({ items: [], needsSecond: false, changeKey: false });

/** A clinic of one person, in which nothing happens among the staff and nothing went wrong. */
export const people: Replies = {
  'care.assign': refused,
  'care.end': refused,
  'care.restrict': refused,
  'care.waiting': () => ({ items: [], all: 0 }),
  'care.covers': () => ({ items: [] }),
  'care.cover': () => ({ items: [] }),
  'care.endCover': () => ({ items: [] }),
  'emergency.open': refused,
  'emergency.list': () => ({ items: [], waiting: 0 }),
  'emergency.review': () => ({ items: [], waiting: 0 }),
  'incident.report': refused,
  'incident.list': () => ({ items: [], days: 60 }),
  'incident.standing': () => ({ open: 0, reports: 0, report: '' }),
  'incident.get': refused,
  'incident.note': refused,
  'incident.decideNumber': refused,
  'incident.assess': refused,
  'incident.tell': refused,
  'incident.close': refused,
  'incident.saveDays': () => ({ days: 60 }),
  'paper.incident': refused,
  'staff.list': staff,
  'staff.add': staff,
  'staff.changeRole': staff,
  'staff.setPassphrase': staff,
  'staff.endPhone': staff,
  'staff.departure': () => ({ patients: [], allPatients: 0, drafts: 0, waiting: 0, heirs: [] }),
  'staff.leave': staff,
  'session.changePassphrase': () => ({}),
};
