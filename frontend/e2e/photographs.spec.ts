import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { State } from '../src/door/shapes';
import type { Clinic } from '../src/test/clinic';
import { ago } from '../src/test/people';
import { closedState, openState } from '../src/test/shapes';
import { expect, test } from './fixture/desk';

const folder = join(import.meta.dirname, '.results', 'screens');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const emptyState: State = { ...closedState, phase: 'empty', members: [] };
const sampleState: State = {
  ...closedState,
  sample: true,
  sampleHint: 'quiet river morning lamp',
  members: [
    { id: 'm1', name: 'Rosa Delgado', role: 'front_desk' },
    { id: 'm2', name: 'Amir Haddad', role: 'office_manager' },
    { id: 'm3', name: 'Dr. Lena Novak', role: 'therapist' },
    { id: 'm4', name: 'Thabo Mokoena', role: 'privacy_officer' },
  ],
};
const brokenState: State = {
  ...closedState,
  phase: 'broken',
  problem: { code: 'vault.damaged', params: {} },
};
const strangeState: State = {
  ...closedState,
  members: [],
  needsRecovery: true,
  problem: { code: 'vault.other_device', params: {} },
};

interface Shot {
  readonly name: string;
  readonly state: State;
  readonly path?: string;
  /** Changes the clinic before the page opens. */
  readonly before?: (clinic: Clinic) => void;
  /** Brings the screen into the state to be looked at. */
  readonly act?: (page: Page) => Promise<void>;
}

const shots: readonly Shot[] = [
  { name: 'signin', state: sampleState },
  { name: 'recover', state: strangeState },
  { name: 'broken', state: brokenState },
  { name: 'setup-welcome', state: emptyState },
  {
    name: 'setup-clinic',
    state: emptyState,
    act: async (page) => {
      await page.getByRole('button', { name: 'Set up the clinic' }).click();
    },
  },
  { name: 'setup-sheet', state: emptyState, act: untilSheet },
  {
    name: 'setup-number',
    state: emptyState,
    act: async (page) => {
      await untilSheet(page);
      await page.getByLabel('I have the words on paper').check();
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByLabel('Word 3').fill('cedar');
      await page.getByLabel('Word 7').fill('garden');
      await page.getByLabel('Word 12').fill('lantern');
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByText('Practice with the simulator').waitFor();
    },
  },
  { name: 'inbox', state: openState },
  { name: 'thread', state: openState, path: '/inbox/t-p1' },
  {
    name: 'thread-writing',
    state: openState,
    path: '/inbox/t-p1',
    act: async (page) => {
      await page
        .getByLabel('Text message')
        .fill('Good morning Eleanor, Friday at 4:30 PM is free. Shall I book it for you?');
      await page.getByText('Can go now').waitFor();
    },
  },
  { name: 'thread-stranger', state: openState, path: '/inbox/t-u1' },
  { name: 'thread-failed', state: openState, path: '/inbox/t-p4' },
  { name: 'thread-held', state: openState, path: '/inbox/t-p8' },
  { name: 'thread-later', state: openState, path: '/inbox/t-p3' },
  { name: 'thread-stopped', state: openState, path: '/inbox/t-p6' },
  { name: 'thread-no-consent', state: openState, path: '/inbox/t-p7' },
  {
    name: 'thread-why',
    state: openState,
    path: '/inbox/t-p2',
    act: async (page) => {
      await page.getByRole('button', { name: 'Why was this sent?' }).first().click();
      await page.getByRole('dialog').getByText('Sent by').waitFor();
    },
  },
  { name: 'waiting', state: openState, path: '/inbox?view=waiting' },
  { name: 'patients', state: openState, path: '/patients/p5' },
  {
    name: 'add-patient',
    state: openState,
    path: '/patients',
    act: async (page) => {
      await page.getByRole('button', { name: 'Add a patient' }).first().click();
      await page.getByLabel('Full name').waitFor();
    },
  },
  {
    name: 'paper',
    state: openState,
    path: '/patients/p7',
    act: async (page) => {
      await page.getByRole('button', { name: 'Record a signed paper' }).click();
      await page.getByText('What may texts be about?').waitFor();
    },
  },
  {
    name: 'revoke',
    state: openState,
    path: '/patients/p1',
    act: async (page) => {
      await page.getByRole('button', { name: 'Take consent back' }).click();
      await page.getByText('How did the patient say so?').waitFor();
    },
  },
  { name: 'settings', state: openState, path: '/settings' },
  {
    name: 'offline',
    state: { ...openState, sample: true },
    path: '/inbox/t-p2',
    before: (clinic) => {
      clinic.line = { ...clinic.line, line: 'offline', lastHeard: ago(47), waiting: 3 };
    },
  },
  {
    name: 'trouble',
    state: openState,
    path: '/inbox/t-p2',
    before: (clinic) => {
      const problem = { code: 'provider.unauthorised', params: {} };
      clinic.line = { ...clinic.line, line: 'trouble', problem };
    },
  },
  {
    name: 'not-connected',
    state: openState,
    before: (clinic) => {
      clinic.people.length = 0;
      clinic.line = {
        ...clinic.line,
        line: 'none',
        kind: 'none',
        lastHeard: '',
        waiting: 0,
        undecided: 0,
      };
    },
  },
  { name: 'sheet-pending', state: { ...openState, sheetPending: true } },
  {
    name: 'spanish',
    state: openState,
    path: '/inbox/t-p7',
    act: async (page) => {
      await page.evaluate(() => localStorage.setItem('quietline.language', 'es'));
      await page.reload();
      await page.getByText('Registrar un papel firmado').first().waitFor();
    },
  },
  {
    name: 'keys',
    state: openState,
    path: '/inbox',
    act: async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
];

async function untilSheet(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Set up the clinic' }).click();
  await page.getByLabel('Name of the clinic').fill('Juniper Counseling');
  await page.getByLabel('Office phone').fill('303 555 0100');
  await page.getByLabel('Time zone of the clinic').selectOption('America/Denver');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel('Your name').fill('Amir Haddad');
  await page.getByLabel('New passphrase').fill('quiet river morning lamp');
  await page.getByLabel('Type it again').fill('quiet river morning lamp');
  await page.getByRole('button', { name: 'Create the clinic' }).click();
  await page.getByText('These words are shown only now').waitFor();
}

const looks = [
  { name: 'light-1440', scheme: 'light', width: 1440, height: 900 },
  { name: 'dark-1440', scheme: 'dark', width: 1440, height: 900 },
  { name: 'light-1024', scheme: 'light', width: 1024, height: 700 },
] as const;

/** Waits until the page has taken on a scheme and drawn itself in it. */
async function settled(page: Page, scheme: string): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', scheme);
  await page.evaluate(
    () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
  );
}

for (const shot of shots) {
  test.describe(shot.name, () => {
    test.use({ state: shot.state });
    test('looks finished and reads well in both schemes', async ({ page, desk, watch }) => {
      await page.setViewportSize({ width: 1440, height: 900 });
      shot.before?.(desk.clinic);
      await desk.open(shot.path);
      await expect(page.getByRole('heading').first()).toBeVisible();
      if (shot.path)
        await expect(page.getByRole('main').getByRole('heading').first()).toBeVisible();
      await shot.act?.(page);
      await page.evaluate(() => document.fonts.ready);
      for (const look of looks) {
        await page.emulateMedia({ colorScheme: look.scheme, reducedMotion: 'reduce' });
        await page.setViewportSize({ width: look.width, height: look.height });
        await settled(page, look.scheme);
        await page.screenshot({ path: join(folder, `${shot.name}-${look.name}.png`) });
        if (look.width < 1440) continue;
        const found = await new AxeBuilder({ page }).withTags(rules).analyze();
        expect(found.violations.map((v) => `${v.id}: ${v.nodes[0]?.target.join(' ')}`)).toEqual([]);
      }
      expect(watch.refused).toEqual([]);
      expect(watch.complaints).toEqual([]);
    });
  });
}
