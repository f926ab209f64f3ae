import { axe, look, tabTo, zoomed } from './program/look';
import type { Program } from './program/program';
import { expect, test } from './program/story';

const passphrase = 'quiet line sample clinic';
const me = 'Ana Lucía Prieto';

/** How long the phone service and the rounds of the program may take, in milliseconds. */
const provider = 60_000;

/** Friday evening in Denver, two nights before daylight saving ends there. */
const friday = '2026-10-31T02:40:00Z';

interface Person {
  readonly name: string;
  readonly id: string;
  readonly thread: string;
}

async function added(
  program: Program,
  name: string,
  phone: string,
  birthDate: string,
  guardian = '',
): Promise<Person> {
  const person = await program.ask<Omit<Person, 'name'>>('patient.add', {
    name,
    birthDate,
    phone,
    shared: false,
    language: 'en',
    zone: 'America/Denver',
    guardian,
  });
  return { ...person, name };
}

/** Records what somebody has signed on paper on Friday. */
async function signs(
  program: Program,
  patient: Person,
  expires: string,
  guardian = '',
): Promise<void> {
  await program.ask('consent.recordPaper', {
    patient: patient.id,
    scan: '',
    form: guardian ? '2026-2-minor-en' : '2026-2-en',
    signedOn: '2026-10-30',
    expires,
    categories: ['scheduling'],
    fromHour: 0,
    toHour: 24,
    weekdays: [],
    signer: guardian ? 'parent' : 'patient',
    signerName: guardian,
    attested: true,
    perWeek: 0,
    sharedPhone: false,
    excluded: [],
    perDay: 0,
    numbers: [],
    details: { authority: '', document: '', witness: '', interpreter: '', copyGiven: false },
  });
}

test.use({ viewport: { width: 1440, height: 900 } });

// Three patients over one weekend, while the clinic is closed and the clock goes back: a
// consent that ends beneath a waiting text, a birthday, and a night of 25 hours.
test('a weekend of a birthday, an end and an hour more', async ({ office, page, screens }) => {
  test.setTimeout(300_000);
  const { t, signIn, conversation } = screens;
  await office.at(friday);
  const program = await office.start();
  /** The clock of the program and of the window, and who comes in then. */
  const comeIn = async (at: string) => {
    await page.clock.setFixedTime(new Date(at));
    if (at !== friday) await program.move(at);
    await signIn.signIn(passphrase, me);
    await expect(screens.desk.inbox).toBeVisible();
  };
  await page.goto(program.url);
  await comeIn(friday);
  const ends = await added(program, 'Elena Marsh', '(719) 555-0171', '1975-03-04');
  await signs(program, ends, '2026-10-31');
  const stays = await added(program, 'Tobias Reyes', '(719) 555-0172', '1982-07-19');
  await signs(program, stays, '2027-10-29');
  const parent = 'Ruth Adeyemi';
  const child = await added(program, 'Grace Adeyemi', '(719) 555-0173', '2008-11-01', parent);
  await signs(program, child, '2027-10-29', parent);
  const open = async (who: Person) => {
    await page.evaluate((thread) => {
      window.location.hash = `#/inbox/${thread}`;
    }, who.thread);
    await expect(page.getByRole('heading', { level: 2, name: who.name }).first()).toBeVisible();
    await expect(conversation.composer).toBeVisible();
  };
  const left = async (body: string) =>
    (await program.telephones.texts()).some((text) => text.body === body);

  const first = 'Your visit moved to Monday at 9:00.';
  await test.step('on Friday evening a text waits for the morning', async () => {
    await open(ends);
    await conversation.write(first);
    await expect(conversation.says(/goes out .*9:00/)).toBeVisible();
    await conversation.send.click();
    await expect(conversation.text(first).getByText(/^Waiting to send until .*9:00/)).toBeVisible();
  });

  await test.step('the parent of a child of 17 has agreed', async () => {
    await open(child);
    await expect(page.getByText(t('reasons.policy.consent_grown_up'))).toHaveCount(0);
    await conversation.write('See you on Friday.');
    await expect(conversation.says(/goes out .*9:00/)).toBeVisible();
    await conversation.write('');
  });

  const second = 'We open at noon tomorrow. Come in then.';
  await test.step('on Saturday evening another waits for Sunday at noon', async () => {
    await comeIn('2026-11-01T02:40:00Z');
    await open(stays);
    await conversation.write(second);
    await expect(conversation.says(/goes out .*12:00/)).toBeVisible();
    await conversation.send.click();
    await expect(
      conversation.text(second).getByText(/^Waiting to send until .*12:00/),
    ).toBeVisible();
  });

  await test.step('on Sunday at eleven, which was noon a day before, it still waits', async () => {
    await comeIn('2026-11-01T18:00:30Z');
    await open(stays);
    await expect(
      conversation.text(second).getByText(/^Waiting to send until .*12:00/),
    ).toBeVisible();
    expect(await left(second)).toBe(false);
  });

  await test.step('the consent has ended beneath the first, which asks and stays', async () => {
    await open(ends);
    await expect(conversation.text(first).getByText(t('message.held'))).toBeVisible();
    await expect(page.getByText(t('reasons.policy.consent_expired')).first()).toBeVisible();
    // A person who sends it all the same is told no.
    await conversation
      .text(first)
      .getByRole('button', { name: t('inbox.remedy.held.send') })
      .click();
    await expect(conversation.text(first).getByRole('alert')).toContainText(
      t('reasons.policy.consent_expired'),
    );
    expect(await left(first)).toBe(false);
  });

  await test.step('the child came of age: the parent’s word counts no more', async () => {
    await open(child);
    await expect(page.getByText(t('reasons.policy.consent_grown_up')).first()).toBeVisible();
    await conversation.write('See you on Friday.');
    await expect(conversation.send).toHaveAttribute('aria-disabled', 'true');
  });

  await test.step('at noon the second goes', async () => {
    await comeIn('2026-11-01T19:00:05Z');
    await open(stays);
    await expect(conversation.text(second).getByText(t('message.delivered'))).toBeVisible({
      timeout: provider,
    });
    expect(await left(second)).toBe(true);
    expect(await left(first)).toBe(false);
  });

  await test.step('somebody without a consent is asked by text, and YES counts from that number', async () => {
    const asked = await added(program, 'Ivo Langley', '(719) 555-0178', '1969-09-09');
    await open(asked);
    await expect(page.getByText(t('reasons.policy.no_consent')).first()).toBeVisible();
    await page
      .getByRole('button', { name: t('paper.ask.open') })
      .first()
      .click();
    // By the keyboard alone, at 200 per cent.
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByRole('checkbox')).toBeVisible();
    await page.setViewportSize(zoomed);
    await look(page);
    await tabTo(page, dialog.getByRole('checkbox'));
    await page.keyboard.press('Space');
    await tabTo(page, dialog.getByRole('button', { name: t('paper.ask.confirm') }));
    await page.keyboard.press('Enter');
    await expect(dialog).toBeHidden();
    await page.setViewportSize({ width: 1440, height: 900 });
    const question = async () =>
      (await program.telephones.texts()).filter(({ body }) => body.includes('Reply YES or STOP'));
    await expect.poll(async () => (await question()).length, { timeout: provider }).toBe(1);
    expect((await question())[0]?.to).toBe('+17195550178');
    // A YES of somebody who was never asked says nothing about him.
    await program.telephones.text('+17195550172', 'YES');
    await program.telephones.text('+17195550178', 'Yes!');
    await expect(page.getByText('ask-1-en')).toBeVisible({ timeout: provider });
    await expect(page.getByText(t('reasons.policy.no_consent'))).toHaveCount(0);
    await conversation.write('Your visit is on Thursday.');
    await expect(conversation.send).not.toHaveAttribute('aria-disabled', 'true');
    const thanks = async () =>
      (await program.telephones.texts()).filter(({ body }) => body.includes('Thank you. We text'));
    await expect
      .poll(async () => (await thanks()).map(({ to }) => to), { timeout: provider })
      .toEqual(['+17195550178']);
  });

  await test.step('on Monday many are asked one after the other, and their answers are counted', async () => {
    const monday = '2026-11-02T17:00:00Z';
    await page.clock.setFixedTime(new Date(monday));
    await program.move(monday);
    await signIn.signIn(passphrase, 'Ruth Castellano');
    await expect(screens.desk.inbox).toBeVisible();
    const phones = new Map<string, string>();
    for (const [n, name] of ['Abby Ames', 'Abel Ames', 'Abram Ames'].entries()) {
      await added(program, name, `(719) 555-018${n}`, '1969-09-09');
      phones.set(name, `+1719555018${n}`);
    }
    await page.getByRole('link', { name: t('consents.title') }).click();
    const round = page.getByRole('region', { name: t('consents.round.title') });
    await expect(round.getByText(t('consents.round.off'))).toBeVisible();
    const rule = page.getByRole('checkbox', { name: t('consents.rules.many') });
    await rule.click();
    await expect(rule).toBeChecked();
    await round.getByRole('button', { name: t('consents.round.open') }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(t('consents.round.before')).selectOption('nothing');
    await axe(page);
    await dialog.getByRole('button', { name: t('consents.round.none') }).click();
    for (const name of phones.keys()) await dialog.getByRole('checkbox', { name }).check();
    await expect(dialog.getByText(t('consents.round.cost_other', { count: 3 }))).toBeVisible();
    await dialog.getByRole('checkbox', { name: t('consents.round.welcome') }).check();
    await dialog
      .getByRole('button', { name: t('consents.round.confirm_other', { count: 3 }) })
      .click();
    await expect(dialog).toBeHidden();
    const asked = async () => {
      const ours = [...phones.values()];
      const texts = await program.telephones.texts();
      return texts.map(({ to }) => to).filter((to) => ours.includes(to)).length;
    };
    await expect.poll(asked, { timeout: provider }).toBe(3);
    await program.telephones.text('+17195550180', 'Yes');
    await program.telephones.text('+17195550181', 'No');
    const counted = (key: 'yes_one' | 'no_one' | 'open_one') =>
      round.getByText(t(`consents.round.count.${key}`, { count: 1 }));
    for (const key of ['yes_one', 'no_one', 'open_one'] as const) {
      await expect(counted(key)).toBeVisible({ timeout: provider });
    }
    await round.getByRole('button', { name: t('consents.round.who') }).click();
    const said = dialog.getByRole('region', {
      name: t('consents.round.count.yes_one', { count: 1 }),
    });
    await expect(said.getByRole('button', { name: 'Abby Ames' })).toBeVisible();
  });
});

test('a text that cannot wait goes beyond the clinic’s own hours', async ({
  office,
  page,
  screens,
}) => {
  test.setTimeout(240_000);
  const { t, signIn, conversation } = screens;
  const manager = 'Denise Whitaker';
  await office.at(friday);
  const program = await office.start();
  await page.clock.setFixedTime(new Date(friday));
  const comeIn = async (who: string) => {
    await signIn.signIn(passphrase, who);
    await expect(screens.desk.inbox).toBeVisible();
  };
  await page.goto(program.url);
  await comeIn(manager);
  const patient = await added(program, 'Elena Marsh', '(719) 555-0171', '1975-03-04');
  await signs(program, patient, '2027-10-29');
  const body = 'We cannot open tomorrow. We will call you about a new day.';
  const writes = async () => {
    await page.evaluate((thread) => {
      window.location.hash = `#/inbox/${thread}`;
    }, patient.thread);
    await expect(page.getByRole('heading', { level: 2, name: patient.name }).first()).toBeVisible();
    await conversation.write(body);
    await expect(conversation.says(/goes out .*9:00/)).toBeVisible();
  };
  const now = conversation.remedy(t('inbox.lift.open'));

  await test.step('in the evening it waits for the morning, and nothing else is offered', async () => {
    await writes();
    await expect(now).toHaveCount(0);
  });

  await test.step('the privacy officer lets the manager lift the hours for one text', async () => {
    await page.keyboard.press('Control+l');
    await comeIn('Ruth Castellano');
    await page.getByRole('link', { name: t('consents.title') }).click();
    const rule = page.getByRole('checkbox', { name: t('consents.rules.lift') });
    await rule.click();
    await expect(rule).toBeChecked(); // once it is kept
    await page.keyboard.press('Control+l');
  });

  await test.step('the manager says why, and it leaves at once', async () => {
    await comeIn(manager);
    await writes();
    await now.click();
    const dialog = page.getByRole('dialog', { name: t('inbox.lift.title') });
    const send = dialog.getByRole('button', { name: t('inbox.lift.send') });
    await expect(send).toHaveAttribute('aria-disabled', 'true');
    await axe(page);
    await dialog.getByRole('textbox', { name: t('inbox.lift.reason') }).fill('Closed for snow');
    await send.click();
    await expect(dialog).toBeHidden();
    await expect
      .poll(
        async () => (await program.telephones.texts()).filter((text) => text.body === body).length,
        { timeout: provider },
      )
      .toBe(1);
  });

  await test.step('why it was sent says so, with the reason', async () => {
    await conversation
      .text(body)
      .getByRole('button', { name: t('message.why') })
      .click();
    const why = page.getByRole('dialog', { name: t('message.why') });
    await expect(why.getByText(t('inbox.why.lifted'))).toBeVisible();
    await expect(why.getByText('Closed for snow')).toBeVisible();
  });
});
