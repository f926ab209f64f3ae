import { cp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './program/story';
import { today, zoneAtMidday } from './program/zone';

const passphrase = 'seven grey herons at dawn';
const samplePassphrase = 'quiet line sample clinic';
const patientsPhone = '+13035550143';

/** Replaces the records of a folder by those of another; who may sign in stays. */
async function putRecordsBack(folder: string, older: string): Promise<void> {
  const records = (name: string): boolean => /^(journal|views-)/.test(name);
  for (const name of await readdir(folder)) {
    if (records(name)) await rm(join(folder, name));
  }
  for (const name of await readdir(older)) {
    if (records(name)) await cp(join(older, name), join(folder, name));
  }
}

test('all records are checked while the desk goes on', async ({ office, page, screens }) => {
  test.setTimeout(360_000);
  const { t, signIn, desk } = screens;
  await office.withSample();
  const program = await office.start();
  await page.goto(program.url);
  await signIn.signIn(samplePassphrase, 'Denise Whitaker');
  await expect(desk.inbox).toBeVisible();
  await desk.go('settings');
  await page.getByRole('button', { name: t('health.checkNow') }).click();
  await expect(page.getByRole('button', { name: t('health.stopCheck') })).toBeVisible();
  // Nobody waits for it.
  await desk.go('inbox');
  await desk.threads.getByRole('option').first().click();
  await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible();
  await desk.go('settings');
  await expect(page.getByText(t('health.outcome.good'))).toBeVisible({ timeout: 90_000 });
  await page.getByRole('button', { name: t('health.remake') }).click();
  await desk.go('inbox');
  await expect(desk.threads.getByRole('option').first()).toBeVisible();
});

test('damaged lists are made new, and that is said', async ({ office, page, screens }) => {
  test.setTimeout(360_000);
  const { t, signIn, desk } = screens;
  await office.withSample();
  for (const name of await readdir(office.folder)) {
    if (name.startsWith('views-')) await writeFile(join(office.folder, name), 'x'.repeat(9000));
  }
  const program = await office.start();
  await page.goto(program.url);
  await signIn.signIn(samplePassphrase, 'Denise Whitaker');
  await expect(desk.inbox).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(t('health.remade'))).toBeVisible();
  await expect(desk.threads.getByRole('option').first()).toBeVisible();
  await page.getByRole('button', { name: t('health.gotIt') }).click();
  await expect(page.getByText(t('health.remade'))).toBeHidden();
});

test('an older copy is noticed before anything is shown, and gone on from on record', async ({
  office,
  home,
  page,
  screens,
}) => {
  test.setTimeout(360_000);
  const { t, setup, signIn, desk, conversation, paper } = screens;
  const zone = zoneAtMidday();
  const older = join(home, 'older');
  const waiting = 'Good afternoon Marisol, please bring your card.';
  let program = await office.start();

  await test.step('a clinic with a text that waits', async () => {
    await page.goto(program.url);
    await setup.speak('en');
    await setup.found(
      {
        clinic: 'Juniper Counseling',
        person: 'Amir Haddad',
        officePhone: '(303) 555-0100',
        zone,
        passphrase,
      },
      '303 555 0199',
    );
    const form = await desk.addPatient();
    await form.fill({
      name: 'Marisol Vega',
      phone: '(303) 555-0143',
      born: { day: '4', month: '5', year: '1990' },
      language: 'English',
    });
    await form.save();
    await conversation.remedy(t('paper.record')).click();
    await paper.fill(['scheduling'], today(zone));
    await paper.save();
    await conversation.write('Your visit moved to Thursday.');
    await conversation.composer.press('Control+Enter');
    await expect(
      conversation.text('Your visit moved to Thursday.').getByText(t('message.delivered')),
    ).toBeVisible({ timeout: 60_000 });
    // A second text of the day that the clinic starts waits for tomorrow.
    await conversation.write(waiting);
    await conversation.composer.press('Control+Enter');
    await expect(conversation.text(waiting)).toBeVisible();
    await program.stop();
    await cp(office.folder, older, { recursive: true });
  });

  await test.step('another day, of which the copy knows nothing', async () => {
    program = await office.start();
    await page.goto(program.url);
    await signIn.signIn(passphrase);
    await expect(desk.inbox).toBeVisible();
    await program.telephones.text(patientsPhone, 'Thursday suits me.');
    await expect(desk.thread('Marisol Vega')).toContainText('Thursday suits me.', {
      timeout: 60_000,
    });
    await program.stop();
    await putRecordsBack(office.folder, older);
  });

  await test.step('says what is missing, and shows nothing', async () => {
    program = await office.start();
    await page.goto(program.url);
    await signIn.signIn(passphrase);
    await expect(page.getByRole('heading', { name: t('halted.olderTitle') })).toBeVisible();
    await expect(
      page.getByText(/^Texts and records between .* are not in this copy\.$/),
    ).toBeVisible();
    await expect(page.getByText('Marisol')).toHaveCount(0);
  });

  await test.step('stops without a trace, and finds the same again', async () => {
    await page.getByRole('button', { name: t('halted.stop') }).click();
    await expect(signIn.title).toBeVisible();
    await signIn.signIn(passphrase);
    await expect(page.getByRole('heading', { name: t('halted.olderTitle') })).toBeVisible();
  });

  await test.step('goes on, asks about what waited, and keeps it on record', async () => {
    await page.getByRole('button', { name: t('halted.goOn') }).click();
    const question = page.getByRole('dialog', { name: t('halted.goOnQuestion') });
    await question.getByRole('button', { name: t('halted.goOn') }).click();
    await expect(desk.inbox).toBeVisible();
    await desk.openThread('Marisol Vega');
    await expect(conversation.text(waiting).getByText(t('message.ask'))).toBeVisible();
    await desk.go('settings');
    await expect(page.getByText(/the clinic went on with an older copy/)).toBeVisible();
  });

  await test.step('is a clinic like any other from then on', async () => {
    await desk.lock();
    await signIn.signIn(passphrase);
    await expect(desk.inbox).toBeVisible();
  });
});
