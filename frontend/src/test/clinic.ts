import type { Answer, DoorName, Request } from '../door/door';
import type { DoorError } from '../door/error';
import type {
  Doubt,
  Message,
  PatientCard,
  ReviewList,
  SessionStanding,
  SheetStanding,
  SigningIn,
  Standstill,
  State,
  WaysIn,
} from '../door/shapes';
import { backupDoors, noDrill, oneFolder } from './backups';
import { cast } from './cast';
import { consentDoors } from './consents';
import { notLive, tooEarly } from './golive';
import { healthDoors, well } from './health';
import { inboxDoors } from './inbox';
import { allRead, goodLine, lineDoors, nothingPurged } from './line';
import { papers } from './papers';
import { patientDoors } from './patients';
import { ago, type Person } from './people';
import { openState } from './shapes';
import { clinicSettings, sameFor, signInDoors } from './signin';
import { people } from './staff';

export type Replies = {
  [N in DoorName]: (request: Request<N>) => Answer<N> | DoorError;
};

/**
 * An invented clinic that lives in memory and answers every door, for tests of
 * the screens and for looking at them. It is no second implementation: where it
 * must decide, it decides the simplest way that still shows every state. What
 * a door answers stands with the other doors of its clinic word.
 */
export class Clinic {
  readonly people: Person[] = cast();
  state: State;
  line = goodLine;
  drills = noDrill;
  backups = oneFolder;
  health = well;
  reading = allRead;
  purging = nothingPurged;
  asked: SigningIn = { phone: false, byRule: false, without: [] };
  sheet: SheetStanding = {
    made: ago(60 * 24 * 400),
    proven: ago(60 * 24 * 400),
    due: ago(60 * 24 * 35),
    check: 'overdue',
  };
  standstill: Standstill = { review: null, other: null };
  /** The open questions whether a patient still wants texts. */
  doubts: Doubt[] = [];
  review: ReviewList = { items: [], more: false, hidden: false, mark: '' };
  ways: WaysIn = { phone: '', backupCodes: 0, short: '' };
  standing: SessionStanding = { near: 'none', seconds: 0 };
  settings = clinicSettings;
  locking = sameFor('in_force', 10, 12);
  receiving = { whileLocked: true };
  device: Answer<'device.settings'> = { closing: 'quits', coverAway: false, plainKeys: true };
  /** Whether the passphrase was given again a moment ago. */
  confirmed = true;
  /** Counts what is added, for the ids of it. */
  next = 1;

  constructor(state: State = openState) {
    this.state = state;
  }

  /** Whether the next step that asks for the passphrase gets on without. */
  forgetConfirmation(): void {
    this.confirmed = false;
  }

  readonly replies: Replies = {
    ...signInDoors(this),
    ...backupDoors(this),
    ...healthDoors(this),
    ...lineDoors(this),
    ...inboxDoors(this),
    ...patientDoors(this),
    ...consentDoors(this),
    ...papers,
    ...people,
    ...notLive,
    'live.go': tooEarly,
  };

  /** Lets a text arrive. */
  arrive(thread: string, message: Message): void {
    const p = this.byThread(thread);
    if (!p) return;
    p.messages = [...p.messages, message];
    p.unread++;
  }

  cards(): PatientCard[] {
    return this.people.flatMap((p) => (p.card ? [p.card] : []));
  }

  byThread(id: string): Person | undefined {
    return this.people.find((p) => p.thread === id);
  }

  changeCard(id: string, change: (c: PatientCard) => PatientCard): PatientCard | null {
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
}
