import type { State } from './bindings';
import type { Door } from './door';
import { asDoorError, type DoorError } from './error';

/** What is known about where the program stands. */
export type Standpoint =
  /** Nothing yet. */
  | { readonly kind: 'asking' }
  /** The program could not be asked. */
  | { readonly kind: 'failed'; readonly error: DoorError }
  /**
   * Known. Whatever shows content is mounted anew when `era` changes, and hidden
   * while `covered`.
   */
  | {
      readonly kind: 'known';
      readonly state: State;
      readonly era: number;
      readonly covered: boolean;
    };

/** How long a lock waits for what is being kept, in milliseconds. */
const patience = 500;

/**
 * Keeps the program's state for the screen and decides when content must go.
 *
 * It fails closed. `drop` forgets everything at once. `recheck` hides what is on
 * the screen, asks, and shows it again only if the same person is still signed
 * in; so a lock that this screen learns of in passing leaves nothing readable,
 * and a change of the clinic's name does not throw away a half-filled form.
 */
export class AppState {
  private now: Standpoint = { kind: 'asking' };
  private era = 0;
  private asked = 0;
  private readonly heard = new Set<() => void>();
  private readonly lastWords = new Set<Promise<void>>();
  private readonly keepers = new Set<() => void>();

  constructor(
    private readonly door: Door,
    /** Forgets all content that was fetched. */
    private readonly forget: () => void,
  ) {}

  readonly current = (): Standpoint => this.now;

  readonly subscribe = (heard: () => void): (() => void) => {
    this.heard.add(heard);
    return () => this.heard.delete(heard);
  };

  /** Takes a state that a door has just answered. */
  readonly accept = (state: State): void => {
    this.asked++;
    this.take(state);
  };

  /** Forgets all content at once, then asks where the program stands. */
  readonly drop = (): void => {
    this.era++;
    this.forget();
    this.set({ kind: 'asking' });
    void this.ask();
  };

  /** Names what keeps something that is being written, until the returned function is called. */
  readonly onKeep = (keep: () => void): (() => void) => {
    this.keepers.add(keep);
    return () => this.keepers.delete(keep);
  };

  /** Keeps all that is being written: the program may lock soon. */
  readonly keepNow = (): void => {
    for (const keep of this.keepers) keep();
  };

  /**
   * Names what must reach the program before it locks, such as a draft that is
   * being kept. It must not reject.
   */
  readonly keepFirst = (work: Promise<void>): void => {
    this.lastWords.add(work);
    void work.finally(() => this.lastWords.delete(work));
  };

  /**
   * Locks: forgets all content at once, then tells the program. What a screen
   * keeps as it leaves, such as a draft, arrives before the lock; a program that
   * does not answer holds up the lock for a moment only.
   */
  readonly lock = async (): Promise<void> => {
    this.era++;
    this.forget();
    this.set({ kind: 'asking' });
    await new Promise((left) => setTimeout(left, 0));
    await Promise.race([
      Promise.all(this.lastWords),
      new Promise((late) => setTimeout(late, patience)),
    ]);
    try {
      await this.door.call('session.lock', {});
    } catch (thrown) {
      // Whether it is locked is not known: show nothing but the error.
      this.asked++;
      this.set({ kind: 'failed', error: asDoorError(thrown) });
      return;
    }
    await this.ask();
  };

  /** Hides the content until it is certain that it may still be shown. */
  readonly recheck = (): void => {
    if (this.now.kind === 'known') this.set({ ...this.now, covered: true });
    void this.ask();
  };

  /** Asks where the program stands. The newest question wins. */
  readonly ask = async (): Promise<void> => {
    const question = ++this.asked;
    try {
      const state = await this.door.call('app.state', {});
      if (question === this.asked) this.take(state);
    } catch (thrown) {
      if (question !== this.asked) return;
      this.era++;
      this.forget();
      this.set({ kind: 'failed', error: asDoorError(thrown) });
    }
  };

  private take(state: State): void {
    if (!(this.now.kind === 'known' && samePerson(this.now.state, state))) {
      this.era++;
      this.forget();
    }
    this.set({ kind: 'known', state, era: this.era, covered: false });
  }

  private set(next: Standpoint): void {
    this.now = next;
    for (const heard of this.heard) heard();
  }
}

function samePerson(a: State, b: State): boolean {
  return a.phase === b.phase && a.me?.id === b.me?.id;
}
