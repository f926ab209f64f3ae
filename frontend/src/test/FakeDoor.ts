import type { Answer, Door, DoorName, Request } from '../door/door';
import { DoorError } from '../door/error';
import type { Changed, TransportEvents } from '../door/transport';

type Reply<N extends DoorName> = (
  request: Request<N>,
) => Answer<N> | DoorError | Promise<Answer<N> | DoorError>;

type Replies = { [N in DoorName]?: Reply<N> };

/** One call as it arrived. */
export interface Call {
  readonly name: DoorName;
  readonly request: unknown;
}

/**
 * A door for tests: it answers what it is told to and remembers what was asked.
 * A call that nobody prepared is a mistake in the test and is refused.
 */
export class FakeDoor implements Door {
  readonly calls: Call[] = [];
  private readonly listeners = new Set<TransportEvents>();

  constructor(private replies: Replies = {}) {}

  /** Prepares or replaces answers. */
  on(replies: Replies): this {
    this.replies = { ...this.replies, ...replies };
    return this;
  }

  async call<N extends DoorName>(name: N, request: Request<N>): Promise<Answer<N>> {
    this.calls.push({ name, request });
    const reply = this.replies[name] as Reply<N> | undefined;
    if (!reply) throw new DoorError('door.unknown');
    const answer = await reply(request);
    if (answer instanceof DoorError) {
      if (answer.code === 'app.locked') this.lock();
      throw answer;
    }
    return answer;
  }

  listen(events: TransportEvents): () => void {
    this.listeners.add(events);
    return () => this.listeners.delete(events);
  }

  /** Tells the screen that something changed. */
  change(topic: string, ...ids: string[]): void {
    const change: Changed = { topic, ids, pos: 1 };
    for (const heard of this.listeners) heard.changed(change);
  }

  /** Tells the screen that the program locks. */
  lock(): void {
    for (const heard of this.listeners) heard.locking();
  }

  /** The requests of one door, oldest first. */
  asked<N extends DoorName>(name: N): Request<N>[] {
    return this.calls.filter((c) => c.name === name).map((c) => c.request as Request<N>);
  }
}
