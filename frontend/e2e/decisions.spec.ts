import type { Page } from '@playwright/test';
import type { Answer } from '../src/door/door';
import type { Doubt, IncidentRow, Reason, RoundStanding, State } from '../src/door/shapes';
import type { Clinic } from '../src/test/clinic';
import { ago, form, reason } from '../src/test/people';
import { openState } from '../src/test/shapes';
import { expect, test } from './fixture/desk';
import { photograph, type Shot } from './fixture/shots';
import type { Words } from './program/words';

// Whoever decides: the privacy officer, who may do all of it.
const officer: State = {
  ...openState,
  mayDo: [
    ...openState.mayDo,
    'consent.ask_many',
    'consent.rules',
    'forms.edit',
    'incidents.report',
    'incidents.close',
  ],
};

const names = ['Eleanor Whitfield', 'Hannah Brandt', 'Tobias Lindqvist', 'Xóchitl Ramírez-Ocampo'];
const noMobile: Reason = reason('number_unverified', 'verify_number', 'program-check');

const round: RoundStanding = {
  found: true,
  id: 'round1',
  end: '',
  begun: ago(60 * 26),
  ended: '',
  by: 'Amir Haddad',
  waiting: 12,
  asked: 41,
  passed: 3,
  answers: { open: 20, words: 2, yes: 15, no: 1, silent: 2, over: 1 },
  until: '2026-03-17T15:48:00.000Z',
  reasons: [],
  problem: null,
};

const asking = (clinic: Clinic): void => {
  Object.assign(clinic.replies, {
    'clinic.texting': () => ({
      majority: 18,
      verifiedOnly: false,
      spoken: false,
      answerFirst: true,
      askMany: true,
      liftLimits: false,
    }),
    'round.people': () => ({
      items: [
        ...names.map((name, n) => ({
          id: `p${n}`,
          name,
          language: n === 3 ? 'es' : 'en',
          phone: `(303) 555-014${n}`,
          may: true,
          until: n === 2 ? '2026-03-18T14:00:00.000Z' : '',
          reasons: [],
          before: n === 1 ? 'said' : 'nothing',
        })),
        {
          id: 'p9',
          name: 'Gideon Ashworth',
          language: 'en',
          phone: '(303) 555-0177',
          may: false,
          until: '',
          reasons: [noMobile],
        },
      ],
      words: [
        {
          language: 'en',
          words:
            'Juniper Counseling: May we text you about visits? Reply YES or STOP. (303) 555-0100',
          segments: 1,
          draft: false,
        },
        {
          language: 'es',
          words:
            'Juniper Counseling: ¿Podemos escribirle sobre sus citas? Responda SÍ o ALTO. (303) 555-0100',
          segments: 2,
          draft: true,
        },
      ],
      more: true,
      most: 500,
    }),
    'round.who': () => ({
      items: (['words', 'yes', 'open', 'passed'] as const).map((outcome, n) => ({
        patient: { id: `p${n}`, name: names[n] },
        outcome,
        reasons: outcome === 'passed' ? [noMobile] : [],
      })),
    }),
    'words.ready': () => ({
      items: (['text', 'first', 'thanks'] as const).map((use) => ({
        form: form(`${use}-2026-1-en`, 'en', { own: use === 'first' }),
        use,
        text: '{practice}: {phone}. STOP',
        words:
          'Juniper Counseling: We cannot text about your care yet. Please call (303) 555-0100. STOP ends texts.',
      })),
      longest: 160,
    }),
  });
};

const doubt = (n: number, change: Partial<Doubt>): Doubt => ({
  message: `m-${n}`,
  thread: `t-p${n}`,
  patient: { id: `p${n}`, name: names[n] ?? '' },
  phone: `(303) 555-017${n}`,
  words: 'Wrong number, I am not the one you are looking for. Please stop',
  why: 'words',
  at: ago(5),
  held: true,
  reminders: true,
  decided: '',
  by: '',
  decidedAt: '',
  ...change,
});

const incident: IncidentRow = {
  id: 'i1',
  hidden: false,
  found: '2026-01-20',
  closedAt: ago(60 * 24 * 9),
  due: [{ task: 'hhs', by: '2027-03-01', left: 349 }],
  closes: false,
  conclusion: 'breach',
  reportedBy: 'Rosa Delgado',
  reportedAt: ago(60 * 24 * 56),
  happened: ago(60 * 24 * 56),
  phone: '(303) 555-0129',
  thread: 't-p4',
  message: 'm502',
  about: { id: 'p1', name: 'Eleanor Whitfield' },
  recipient: 'stranger',
  contents: ['name', 'appointment'],
  pauses: false,
};

const reported = (clinic: Clinic): void => {
  const rows: IncidentRow[] = [
    {
      ...incident,
      id: 'i2',
      closedAt: '',
      pauses: true,
      conclusion: '',
      closes: false,
      due: [
        { task: 'number', by: '', left: 0 },
        { task: 'assess', by: '2026-03-21', left: 4 },
        { task: 'patient', by: '2026-03-15', left: -2 },
      ],
    },
    incident,
    { ...incident, id: '', hidden: true, about: null, due: [] },
  ];
  Object.assign(clinic.replies, {
    'incident.list': () => ({ items: rows, days: 60 }),
    'incident.standing': () => ({ open: 0, reports: 1, report: '2027-03-01' }),
    'incident.get': ({ id }: { id: string }) => ({
      row: rows.find((row) => row.id === id) ?? incident,
      steps: [
        {
          at: ago(60 * 24 * 50),
          by: 'Amir Haddad',
          what: 'assessed',
          done: [],
          words: '',
          right: false,
          factors: {
            nature: 'A name and the hour of a visit',
            recipient: 'A stranger, who called at once',
            viewed: 'It was read',
            mitigation: 'The text was deleted while we were on the phone',
          },
          conclusion: 'breach',
          whom: '',
          on: '',
        },
      ],
    }),
  });
};

const proving = (clinic: Clinic): void => {
  const live: Answer<'live.status'> = {
    account: 'AC…beef',
    key: 'SK…beef',
    main: false,
    phone: '(303) 555-0100',
    document: 'BAA 2026',
    signed: '2026-02-02',
    code: '482913',
    proofPhone: '(303) 555-0142',
    proofAsked: ago(2),
    out: ago(1),
    arrived: '',
    in: '',
    noReply: false,
    live: null,
  };
  Object.assign(clinic.replies, { 'live.status': () => live, 'live.lookForProof': () => live });
};

const press = async (page: Page, name: string): Promise<void> => {
  // Behind its words a button of a row says what it is about.
  await page
    .getByRole('button', { name: new RegExp(`^${name}`) })
    .first()
    .click();
};

const dialog = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('dialog', { name }).waitFor();
};

/** What was not there when the first screens were photographed, and what people decide in it. */
const shots: readonly Shot[] = [
  {
    name: 'round-begin',
    state: officer,
    path: '/consents',
    narrow: true,
    before: asking,
    act: async (page, t) => {
      await press(page, t('consents.round.open'));
      await page.getByText(t('consents.round.welcome')).waitFor();
      await press(page, t('consents.round.why'));
    },
  },
  {
    name: 'round-runs',
    state: officer,
    path: '/consents',
    narrow: true,
    before: (clinic) => {
      asking(clinic);
      Object.assign(clinic.replies, { 'round.standing': () => round });
    },
    act: async (page, t) => {
      await page.getByRole('heading', { name: t('consents.round.title') }).waitFor();
      await page.getByText(t('consents.round.running')).waitFor();
    },
  },
  {
    name: 'round-who',
    state: officer,
    path: '/consents',
    before: (clinic) => {
      asking(clinic);
      Object.assign(clinic.replies, {
        'round.standing': () => ({ ...round, end: 'done', ended: ago(30), waiting: 0, until: '' }),
      });
    },
    act: async (page, t) => {
      await press(page, t('consents.round.who'));
      await dialog(page, t('consents.round.whoTitle'));
      await page.getByText('Hannah Brandt').waitFor();
    },
  },
  {
    name: 'ready-words',
    state: officer,
    path: '/consents',
    narrow: true,
    before: asking,
    act: async (page, t) => {
      await press(page, t('consents.ready.edit'));
      await dialog(page, t('consents.ready.editTitle'));
      await page.getByRole('textbox', { name: t('consents.ready.text') }).fill('Juniper');
    },
  },
  {
    name: 'doubts',
    state: officer,
    narrow: true,
    before: (clinic) => {
      clinic.doubts = [
        doubt(0, {}),
        doubt(1, { why: 'refused', words: 'Your visit is on Tuesday', reminders: false }),
        doubt(2, { why: 'reopened', words: 'YES', reminders: false, held: false }),
      ];
    },
    act: async (page, t) => {
      await press(page, t('inbox.doubt.open'));
      await dialog(page, t('inbox.doubt.title'));
      await page.getByText('Tobias Lindqvist').last().waitFor();
    },
  },
  {
    name: 'incidents',
    state: officer,
    path: '/papers',
    narrow: true,
    before: reported,
    act: listed,
  },
  {
    name: 'incident-hhs',
    state: officer,
    path: '/papers',
    narrow: true,
    before: reported,
    act: async (page, t) => {
      await listed(page, t);
      await page
        .getByRole('button', { name: t('incidents.open') })
        .nth(1)
        .click();
      await press(page, t('incidents.do.tell'));
      await page.getByLabel(t('incidents.tell.whom')).waitFor();
    },
  },
  {
    name: 'proof',
    state: officer,
    path: '/settings',
    narrow: true,
    before: proving,
    act: async (page, t) => {
      await press(page, t('live.resume'));
      await page.getByText(t('live.proof.lead')).waitFor();
    },
  },
];

async function listed(page: Page, t: Words): Promise<void> {
  await page.getByRole('heading', { name: t('incidents.title') }).waitFor();
  await page.getByText(t('incidents.hidden')).waitFor();
}

photograph(shots);
photograph(shots, 'es');
// The longest words of a card, in the narrowest pane.
photograph([{ name: 'details', state: openState, path: '/inbox/t-p1' }], 'es');

test.describe('words in a dialog', () => {
  test.use({ state: openState });
  test('are asked about when Esc closes it, in a real window', async ({ page, desk }) => {
    await desk.open('/patients/p1');
    const opener = page.getByRole('button', { name: 'Add a number' });
    await opener.click();
    await page.getByRole('dialog').getByRole('textbox').fill('303');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('button', { name: 'Keep writing' })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog').getByRole('textbox')).toHaveValue('303');
    await expect(page.getByRole('button', { name: 'Keep writing' })).toHaveCount(0);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Leave', exact: true }).click();
    await expect(opener).toBeFocused();
  });
});
