import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, test as base, chromium, expect } from '@playwright/test';
import { Conversation } from '../screens/conversation';
import { Desk, PaperForm } from '../screens/desk';
import { SetupScreen } from '../screens/setup';
import { SignInScreen } from '../screens/signIn';
import { makeSample, Program } from './program';
import { type Language, type Words, wordsIn } from './words';

/** Where the program of a story runs. */
interface Office {
  /** The clinic's data folder. */
  readonly folder: string;
  /** Where the browser keeps what it keeps. */
  readonly browser: string;
  /** Starts the program on the folder; it ends with the story, if not before. Real accounts are looked for at provider. */
  start(provider?: string): Promise<Program>;
  /** Fills the folder with the sample clinic. */
  withSample(): Promise<void>;
  /** Makes a small sample clinic as of a moment, at which the program's clock begins. */
  at(moment: string): Promise<void>;
}

interface Screens {
  readonly t: Words;
  readonly setup: SetupScreen;
  readonly signIn: SignInScreen;
  readonly desk: Desk;
  readonly conversation: Conversation;
  readonly paper: PaperForm;
}

interface Fixtures {
  language: Language;
  home: string;
  office: Office;
  screens: Screens;
}

/** Makes the sample clinic once for all stories, and says where it lies. */
type Sample = () => Promise<string>;

/**
 * A story against the real program. Each has a folder that is thrown away, a
 * browser with a profile of its own on disk, as a web view has, and a program on
 * free ports. A page that complains, or wants what its policy refuses, fails
 * the story.
 */
export const test = base.extend<Fixtures, { sample: Sample }>({
  language: ['en', { option: true }],

  sample: [
    // biome-ignore lint/correctness/noEmptyPattern: the runner reads the pattern
    async ({}, use) => {
      const home = await mkdtemp(join(tmpdir(), 'quietline-sample-'));
      let made: Promise<void> | undefined;
      await use(async () => {
        made ??= makeSample(join(home, 'clinic'));
        await made;
        return home;
      });
      await rm(home, { recursive: true });
    },
    { scope: 'worker' },
  ],

  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the pattern
  home: async ({}, use) => {
    const home = await mkdtemp(join(tmpdir(), 'quietline-story-'));
    await use(home);
    // A browser may still be writing its last words.
    await rm(home, { recursive: true, maxRetries: 5, retryDelay: 200 });
  },

  office: async ({ home, sample }, use, info) => {
    const folder = join(home, 'data', 'clinic');
    const running: Program[] = [];
    let sampled = false;
    let clock: string | undefined;
    await use({
      folder,
      browser: join(home, 'browser'),
      start: async (provider) => {
        const program = await Program.start({ folder, sample: sampled, provider, clock });
        running.push(program);
        return program;
      },
      withSample: async () => {
        await cp(await sample(), join(home, 'data'), { recursive: true });
        sampled = true;
      },
      at: async (moment) => {
        await makeSample(folder, moment, 100);
        sampled = true;
        clock = moment;
      },
    });
    for (const program of running) await program.stop();
    // What the program logged names no patient; it says why a story failed.
    if (info.errors.length > 0) {
      await info.attach('log', { body: running.map((program) => program.log).join('\n') });
    }
  },

  context: async ({ home, contextOptions, launchOptions, viewport }, use) => {
    const complaints: string[] = [];
    const context = await chromium.launchPersistentContext(join(home, 'browser'), {
      ...launchOptions,
      ...contextOptions,
      viewport,
    });
    await listen(context, complaints);
    await use(context);
    await context.close();
    expect(complaints).toEqual([]);
  },

  page: async ({ context }, use) => {
    await use(context.pages()[0] ?? (await context.newPage()));
  },

  screens: async ({ page, language }, use) => {
    const t = wordsIn(language);
    await use({
      t,
      setup: new SetupScreen(page, t),
      signIn: new SignInScreen(page, t),
      desk: new Desk(page, t),
      conversation: new Conversation(page, t),
      paper: new PaperForm(page, t),
    });
  },
});

async function listen(context: BrowserContext, complaints: string[]): Promise<void> {
  await context.exposeFunction('__refused', (what: string) => complaints.push(what));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const report = (window as unknown as { __refused: (what: string) => void }).__refused;
      report(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}`);
    });
  });
  context.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    // Where the program is ended in the middle of a story its doors do not answer.
    if (/\/(door|changes)\b/.test(message.location().url)) return;
    complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(error.error().message));
}

export { expect };
