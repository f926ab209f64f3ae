import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { previewBinary } from './program';
import { Telephones } from './telephones';

const account = 'AC0000000000000000000000000000beef';
const key = 'SK0000000000000000000000000000beef';
const secret = 'Abcdefghijklmnopqrstuvwxyz012345';
const service = 'MG0000000000000000000000000000beef';

/** What can be wrong with an account. */
interface Wrong {
  readonly trial?: boolean;
  readonly redacts?: boolean;
  readonly voiceOnly?: boolean;
  readonly textsOnly?: boolean;
  readonly inboundLost?: boolean;
}

/**
 * A simulated account at the phone service, in a process of its own: it goes on
 * while the program is off, as a real one does.
 */
export class Account {
  /** What somebody copies from the console. */
  readonly paste = `Account SID ${account}\nAPI key ${key}\nSecret ${secret}`;
  readonly secrets = [account, key, secret] as const;

  private constructor(
    private readonly child: ChildProcess,
    /** Where the program finds it. */
    readonly url: string,
    private readonly control: string,
    /** The other end of its line. */
    readonly telephones: Telephones,
  ) {}

  static async open(number: string): Promise<Account> {
    const child = spawn(
      previewBinary(),
      ['account', '-name', account, '-key', key, '-number', number],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, QUIETLINE_ACCOUNT_SECRET: secret },
      },
    );
    const at: Record<string, string> = {};
    await new Promise<void>((serving, failed) => {
      createInterface(child.stdout).on('line', (line) => {
        const [what, url] = line.split(': ');
        if (what && url) at[what] = url;
        if (at['account'] && at['control']) serving();
      });
      child.once('error', failed);
      child.once('exit', () => failed(new Error('The account ended')));
    });
    const control = at['control'] ?? '';
    return new Account(child, at['account'] ?? '', control, new Telephones(control));
  }

  /** The one key of the account, as its owner has made it. */
  async key(is: {
    readonly elsewhere?: boolean;
    readonly revoked?: boolean;
    readonly permissions?: readonly string[];
  }): Promise<void> {
    await this.post('keys', [{ sid: key, secret, ...is }]);
  }

  /** The account with one number, and what is wrong with it. */
  async is(number: string, wrong: Wrong = {}): Promise<void> {
    await this.post('account', {
      trial: wrong.trial ?? false,
      redacts: wrong.redacts ?? false,
      numbers: [
        { phone: number, no_sms: wrong.voiceOnly ?? false, no_mms: wrong.textsOnly ?? false },
      ],
      services: [
        {
          sid: service,
          name: 'Desk',
          numbers: [number],
          on_number: !wrong.inboundLost,
          campaign: 'VERIFIED',
        },
      ],
    });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }

  private async post(what: string, body: unknown): Promise<void> {
    const answer = await fetch(`${this.control}/_control/${what}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
  }
}
