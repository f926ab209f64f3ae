import { expect, test } from './program/story';

/** Everyone in the sample clinic uses it. */
const passphrase = 'quiet line sample clinic';

/** Patients of the sample clinic: a text to the second one waits for a person. */
const owen = '+13035550113';
const gideon = '+19705550112';

/** How long the phone service and the rounds of the program may take, in milliseconds. */
const provider = 60_000;

const reminder = 'A reminder: your visit with us is at three.';

test('a locked desk receives, and shows a number and nothing else', async ({
  office,
  page,
  screens,
}) => {
  test.setTimeout(300_000);
  const { t, signIn, desk, conversation } = screens;
  await office.withSample();
  const program = await office.start();
  await page.goto(program.url);
  await signIn.signIn(passphrase, 'Denise Whitaker');
  await expect(desk.inbox).toBeVisible();
  const rows = desk.threads.getByRole('option');

  await test.step('a text waits for a patient', async () => {
    await desk.show('waiting');
    await expect(rows).toHaveCount(2);
    await expect(desk.thread('Gideon Ashworth')).toBeVisible();
    await desk.show('all');
  });

  await test.step('and the phone service holds a reminder', async () => {
    await desk.openThread('Owen Whitfield');
    await page.getByLabel(t('inbox.about'), { exact: true }).selectOption('reminders');
    await conversation.write(reminder);
    await conversation.remedy(t('composer.later')).click();
    const later = page.getByRole('dialog', { name: t('inbox.later.title') });
    await expect(later.getByLabel(t('inbox.later.hold'))).toBeChecked();
    await later.getByRole('button', { name: t('inbox.later.send') }).click();
    await expect(later).toBeHidden();
    await expect(conversation.text(reminder).getByText(/^At the phone service until/)).toBeVisible({
      timeout: provider,
    });
    await page.getByRole('button', { name: t('inbox.later.show'), exact: true }).click();
    const list = page.getByRole('dialog', { name: t('inbox.later.list') });
    await list.getByRole('button', { name: t('inbox.remedy.takeBack') }).click();
    // The row stays until the phone service has answered.
    await expect(list).toBeHidden({ timeout: provider });
    await expect(conversation.text(reminder).getByText(t('message.withdrawn'))).toBeVisible({
      timeout: provider,
    });
  });

  await test.step('locked, it counts what comes in', async () => {
    await desk.lock();
    await expect(signIn.title).toBeVisible();
    await program.telephones.text(owen, 'Is the side door open already?');
    await expect(page.getByText(t('signin.arrived_one', { count: 1 }))).toBeVisible({
      timeout: provider,
    });
    await program.telephones.text(gideon, 'STOP');
    await expect(page.getByText(t('signin.arrived_other', { count: 2 }))).toBeVisible({
      timeout: provider,
    });
    await expect(page.getByText('Owen')).toHaveCount(0);
    await expect(page.getByText('side door')).toHaveCount(0);
  });

  await test.step('unlocked, the text is in its place', async () => {
    await signIn.signIn(passphrase, 'Denise Whitaker');
    await expect(desk.inbox).toBeVisible();
    await desk.openThread('Owen Whitfield');
    await expect(conversation.text('Is the side door open already?')).toHaveCount(1);
  });

  await test.step('and what waited for whoever said STOP is withdrawn', async () => {
    await desk.show('waiting');
    await expect(rows).toHaveCount(1);
    await expect(desk.thread('Gideon Ashworth')).toHaveCount(0);
    await desk.show('all');
    await desk.openThread('Gideon Ashworth');
    await expect(conversation.says(t('message.withdrawn')).first()).toBeVisible();
  });

  await test.step('the clinic may choose otherwise', async () => {
    await desk.go('settings');
    const field = page.getByLabel(t('lock.receiving.label'));
    await expect(field).toBeChecked();
    // It shows what is kept, so it changes with the answer and not with the click.
    await field.click();
    await expect(field).not.toBeChecked();
    await expect(page.getByText(t('settings.saved'))).toBeVisible();
    await desk.lock();
    await expect(signIn.title).toBeVisible();
    await expect(page.getByText(t('signin.arrived_other', { count: 2 }))).toHaveCount(0);
    await signIn.signIn(passphrase, 'Denise Whitaker');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await desk.go('settings');
    await expect(field).not.toBeChecked();
  });
});
