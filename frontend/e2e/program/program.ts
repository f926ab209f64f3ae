import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { Telephones } from './telephones';

/** The preview, which the runner builds and names. */
export function previewBinary(): string {
  const named = process.env['QUIETLINE_PREVIEW'];
  if (!named) throw new Error('Run the stories with: go run ./build/dev test e2e');
  return named;
}

interface Start {
  /** The clinic's data folder; it need not exist. */
  readonly folder: string;
  /** Opens the sample clinic; otherwise what the folder holds, or a set-up. */
  readonly sample?: boolean;
  /** Where real accounts are looked for; otherwise at the phone service itself. */
  readonly provider?: string | undefined;
  /** When the program's clock begins, in RFC 3339; otherwise now. */
  readonly clock?: string | undefined;
}

/** One running program behind a browser, on ports of its own. */
export class Program {
  private constructor(
    private readonly child: ChildProcess,
    private readonly lines: string[],
    /** The address that opens the page, with this launch's token. */
    readonly url: string,
    /** The other end of the practice line. It answers while the line is open. */
    readonly telephones: Telephones,
  ) {}

  static async start({ folder, sample = false, provider, clock }: Start): Promise<Program> {
    const control = `127.0.0.1:${await freePort()}`;
    const child = spawn(
      previewBinary(),
      [
        ...(sample ? ['-sample'] : []),
        ...(provider ? ['-provider', provider] : []),
        ...(clock ? ['-clock', clock] : []),
        ...['-dir', folder, '-addr', '127.0.0.1:0', '-control', control],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const lines: string[] = [];
    createInterface(child.stderr).on('line', (line) => lines.push(line));
    const url = await new Promise<string>((serving, failed) => {
      createInterface(child.stdout).on('line', (line) => {
        if (line.startsWith('preview: ')) serving(line.slice('preview: '.length));
      });
      child.once('error', failed);
      child.once('exit', () => failed(new Error(`The program ended:\n${lines.join('\n')}`)));
    });
    return new Program(child, lines, url, new Telephones(`http://${control}`));
  }

  /** What the program has logged. */
  get log(): string {
    return this.lines.join('\n');
  }

  /** Moves the program's clock forward, as if the time had passed while it ran. */
  async move(to: string): Promise<void> {
    const answer = await this.post('clock', to);
    if (!answer.ok) throw new Error(`clock: ${answer.status}`);
  }

  /**
   * Asks a door as the screen does, as whoever is signed in: for what a story needs and
   * another one shows.
   */
  async ask<T>(name: string, request: unknown): Promise<T> {
    const answer = await this.post(`door/${name}`, JSON.stringify(request));
    const { ok, error } = (await answer.json()) as { ok?: T; error?: { code: string } };
    if (error || ok === undefined) throw new Error(`${name}: ${error?.code}`);
    return ok;
  }

  private post(path: string, body: string): Promise<Response> {
    const { origin, hash } = new URL(this.url);
    const token = new URLSearchParams(hash.slice(1)).get('token') ?? '';
    return fetch(`${origin}/${path}`, {
      method: 'POST',
      headers: { 'X-Quietline-Token': token },
      body,
    });
  }

  /** Ends it in good order. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}

/** Runs the preview's command that makes a sample clinic, as of a moment where one is named. */
export async function makeSample(folder: string, clock?: string, texts?: number): Promise<void> {
  const asked = [
    ...(clock ? ['-clock', clock] : []),
    ...(texts ? ['-messages', String(texts)] : []),
  ];
  const child = spawn(previewBinary(), ['sample', '-dir', folder, ...asked], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error('The sample clinic was not made');
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no free port');
  return address.port;
}
