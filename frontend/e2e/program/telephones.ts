/** What becomes of a request to the phone service instead of an orderly answer. */
export type Mishap = 'garbage' | 'unavailable_after';

/** What is attached to a text. Without content, a file of the type is made up. */
export interface Attached {
  readonly type: string;
  /** Base64. */
  readonly content?: string;
  readonly trouble?: 'gone' | 'page' | 'cut' | 'oversized';
}

/** The patients' end of the practice line, moved from outside as a test needs it. */
export class Telephones {
  constructor(private readonly address: string) {}

  /** A text from a number, in the form +13035550142, with what is attached to it. */
  async text(from: string, body: string, media: readonly Attached[] = []): Promise<void> {
    await this.post('inbound', { from, body, media });
  }

  /** What goes wrong from now on, request by request; nothing makes it a good day again. */
  async trouble(faults: {
    readonly reads?: readonly Mishap[];
    readonly sends?: readonly Mishap[];
  }): Promise<void> {
    await this.post('faults', faults);
  }

  /** Whoever has a number switches the phone off, or reads texts and answers none. */
  async turn(phone: string, state: 'off' | 'on'): Promise<void> {
    const temperament = state === 'off' ? 'switched_off' : 'silent';
    await this.post('personas', [{ phone, temperament, language: 'es' }]);
  }

  /** What the account holds, oldest first. */
  async texts(): Promise<
    readonly { readonly sid: string; readonly to: string; readonly body: string }[]
  > {
    const answer = await fetch(`${this.address}/_control/messages`);
    return (await answer.json()) as { sid: string; to: string; body: string }[];
  }

  /** The pictures that a phone has got, newest text first, in base64. */
  async pictures(to: string): Promise<readonly string[]> {
    const all: string[] = [];
    for (const text of (await this.texts()).toReversed()) {
      if (text.to !== to) continue;
      const answer = await fetch(`${this.address}/_control/pictures/${text.sid}`);
      all.push(...((await answer.json()) as string[]));
    }
    return all;
  }

  private async post(what: string, body: unknown): Promise<void> {
    const answer = await fetch(`${this.address}/_control/${what}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
  }
}
