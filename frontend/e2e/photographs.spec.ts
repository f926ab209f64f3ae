import type { Page } from '@playwright/test';
import type { State } from '../src/door/shapes';
import { ago } from '../src/test/people';
import { closedState, openState } from '../src/test/shapes';
import { photograph, type Shot } from './fixture/shots';

const emptyState: State = { ...closedState, phase: 'empty', members: [] };
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

const finding = {
  found: 'older',
  problem: null,
  missingFrom: ago(60 * 24 * 7),
  missingUntil: ago(60 * 2),
  canGoOn: true,
  needsSheet: false,
  canExport: false,
  opens: false,
  move: null,
  suggested: '/home/clinic',
  deciders: ['Amir Haddad', 'Ada Quill'],
} as const;
const haltedState: State = {
  ...closedState,
  phase: 'halted',
  me: openState.me,
  mayDo: ['records.accept_loss', 'records.export'],
  finding: { ...finding, deciders: [...finding.deciders] },
};
const damagedState: State = {
  ...haltedState,
  finding: {
    ...finding,
    found: 'damage',
    problem: { code: 'sqlite.damaged', params: {} },
    missingFrom: '',
    missingUntil: '',
    canGoOn: false,
    canExport: true,
    opens: false,
    deciders: [...finding.deciders],
  },
};
const keysState: State = {
  ...haltedState,
  finding: { ...finding, found: 'older_keys', needsSheet: true, deciders: [...finding.deciders] },
};

const deciderState: State = {
  ...openState,
  mayDo: [...openState.mayDo, 'records.accept_loss'],
};

/** States that the stories of the real program reach hardly or not at all. */
const shots: readonly Shot[] = [
  { name: 'recover', state: strangeState },
  { name: 'broken', state: brokenState },
  { name: 'halted-older', state: haltedState, narrow: true },
  { name: 'halted-asks', state: { ...haltedState, mayDo: [] } },
  {
    name: 'halted-go-on',
    state: keysState,
    act: (page) => page.getByRole('button', { name: 'Go on with this copy' }).click(),
  },
  { name: 'halted-damage', state: damagedState, narrow: true },
  { name: 'halted-saved', state: damagedState, act: saveCopies },
  { name: 'health', state: openState, path: '/settings', act: showHealth, narrow: true },
  { name: 'health-running', state: openState, path: '/settings', act: checkRecords },
  {
    name: 'health-damage',
    state: openState,
    path: '/settings',
    before: (clinic) => {
      clinic.health = {
        ...clinic.health,
        outcome: 'records',
        faults: [{ part: 'records', code: 'journal.forked' }],
        wentOn: { at: ago(60 * 24 * 9), from: '', until: '' },
      };
    },
    act: showHealth,
  },
  { name: 'setup-sheet', state: emptyState, act: untilSheet },
  { name: 'thread-failed', state: openState, path: '/inbox/t-p4' },
  { name: 'thread-held', state: openState, path: '/inbox/t-p8' },
  { name: 'thread-later', state: openState, path: '/inbox/t-p3' },
  { name: 'thread-stopped', state: openState, path: '/inbox/t-p6' },
  { name: 'thread-no-consent', state: openState, path: '/inbox/t-p7' },
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
    name: 'review',
    state: deciderState,
    before: (clinic) => {
      clinic.standstill = {
        review: { from: ago(60 * 24), until: ago(60), read: true },
        other: null,
      };
      const person = (name: string) => ({ patient: { id: name, name }, phone: '(303) 555-0142' });
      clinic.review = {
        items: [
          { ...person('Marisol Vega'), thread: 't-p1', told: 'stop', texts: 1 },
          { ...person('Noor Haddad'), thread: 't-p2', told: 'wrote', texts: 3 },
        ],
        more: false,
        hidden: false,
        mark: 'shown',
      };
    },
    act: lookAtStandstill,
    narrow: true,
  },
  {
    name: 'other-copy',
    state: deciderState,
    before: (clinic) => {
      const other = { made: ago(30), found: ago(5), incarnation: 2, seq: 40 };
      clinic.standstill = { review: null, other };
      clinic.health = { ...clinic.health, search: { done: 43, total: 100, seconds: 170 } };
    },
    act: lookAtStandstill,
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
    name: 'keys',
    state: openState,
    path: '/inbox',
    act: async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
];

async function lookAtStandstill(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Look at it' }).click();
  await page.getByRole('dialog').waitFor();
}

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

async function saveCopies(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Save what can still be read' }).click();
  await page.getByRole('button', { name: 'Save the copies' }).click();
  await page.getByText('The copies are in the folder').waitFor();
}

async function showHealth(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Health of the records' }).scrollIntoViewIfNeeded();
}

async function checkRecords(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Check the records now' }).click();
  await page.getByRole('button', { name: 'Stop the check' }).scrollIntoViewIfNeeded();
}

photograph(shots);
