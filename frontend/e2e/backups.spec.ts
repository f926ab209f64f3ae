import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { filesHolding } from './program/search';
import { expect, test } from './program/story';
import { zoneAtMidday } from './program/zone';

const passphrase = 'seven grey herons at dawn';
const nextPassphrase = 'nine brown owls at noon';

test('a clinic is copied to a disk, loses its computer, and comes back with the sheet', async ({
  office,
  home,
  page,
  screens,
}) => {
  const { t, setup, signIn, desk } = screens;
  const disk = join(home, 'disk');
  await mkdir(disk);
  let program = await office.start();
  let words: readonly string[] = [];

  await test.step('makes a clinic with a patient', async () => {
    await page.goto(program.url);
    await setup.speak('en');
    words = await setup.found(
      {
        clinic: 'Juniper Counseling',
        person: 'Amir Haddad',
        officePhone: '(303) 555-0100',
        zone: zoneAtMidday(),
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
  });

  await test.step('sets up a backup by naming a disk, and has a copy at once', async () => {
    await desk.go('settings');
    await page.getByRole('button', { name: t('backups.add') }).click();
    const dialog = page.getByRole('dialog', { name: t('backups.addTitle') });
    await dialog.getByLabel(t('backups.folder')).fill(join(home, 'not plugged in'));
    await dialog.getByRole('button', { name: t('backups.begin') }).click();
    await expect(dialog.getByText(t('errors.backup.unreachable.what'))).toBeVisible();
    await dialog.getByLabel(t('backups.folder')).fill(disk);
    await dialog.getByRole('button', { name: t('backups.begin') }).click();
    const place = page.getByRole('listitem').filter({ hasText: join(disk, 'Quietline backup') });
    await expect(place).toBeVisible();
    await expect(place).not.toContainText(t('backups.never'));
    await page.getByRole('button', { name: t('backups.copies') }).click();
    const copies = page.getByRole('dialog', { name: t('backups.copiesTitle') });
    await expect(copies.getByRole('listitem')).toHaveCount(1);
    expect(
      await filesHolding(disk, ['Marisol', '3035550143', 'Juniper', 'Haddad', passphrase]),
    ).toEqual([]);
  });

  await test.step('tests the backup, reads what it came to, and has it on paper', async () => {
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: t('drills.now') }).click();
    await expect(page.getByText(t('drills.outcome.good'))).toBeVisible({ timeout: 60_000 });
    await page.getByRole('button', { name: t('drills.show') }).click();
    const result = page.getByRole('dialog', { name: t('drills.resultTitle') });
    await expect(result.getByText('Amir Haddad')).toBeVisible();
    await page.emulateMedia({ media: 'print' });
    await expect(page.getByText(t('drills.paperSign'))).toBeVisible();
    await page.emulateMedia({ media: 'screen' });
    await result.getByRole('button', { name: t('drills.iRead') }).click();
    await expect(result.getByRole('button', { name: t('drills.iRead') })).toHaveCount(0);
    await page.keyboard.press('Escape');
    await expect(page.getByText(t('drills.seenBy', { names: 'Amir Haddad' }))).toBeVisible();
  });

  await test.step('loses the computer, with everything on it', async () => {
    await program.stop();
    await rm(office.folder, { recursive: true });
    await rm(`${office.folder}.secret`);
    program = await office.start();
    await page.goto(program.url);
    await expect(setup.welcome).toBeVisible();
  });

  await test.step('says which word of the sheet is wrong', async () => {
    await page.getByRole('button', { name: t('restore.welcome') }).click();
    await page.getByLabel(t('backups.folder')).fill(disk);
    const typed = page.getByLabel(t('restore.words'));
    await typed.fill([...words.slice(0, 4), 'quilttt', ...words.slice(5)].join(' '));
    await page.getByRole('button', { name: t('restore.look') }).click();
    await expect(
      page.getByText(t('errors.vault.word_unknown.what', { position: 5 })),
    ).toBeVisible();
    await typed.fill(words.join(' '));
    await page.getByRole('button', { name: t('restore.look') }).click();
  });

  await test.step('brings the newest copy back', async () => {
    await page.getByRole('button', { name: t('restore.run') }).click();
    await expect(page.getByRole('heading', { name: t('restore.doneTitle') })).toBeVisible();
    await page.getByRole('button', { name: t('restore.open') }).click();
  });

  await test.step('opens with the same words, and asks before it goes on', async () => {
    await page.getByRole('button', { name: t('signin.next'), exact: true }).click();
    await page.getByLabel(t('terms.passphrase.label'), { exact: true }).fill(nextPassphrase);
    await page.getByLabel(t('terms.passphrase.again'), { exact: true }).fill(nextPassphrase);
    await page.getByRole('button', { name: t('signin.bind') }).click();
    await expect(page.getByRole('heading', { name: t('halted.restoredTitle') })).toBeVisible();
    await expect(page.getByText('Marisol')).toHaveCount(0);
    await page.getByRole('button', { name: t('halted.goOn') }).click();
    const question = page.getByRole('dialog', { name: t('halted.goOnQuestion') });
    await question.getByRole('button', { name: t('halted.goOn') }).click();
    await expect(desk.inbox).toBeVisible();
  });

  await test.step('lets no text leave before somebody signs for the time that is missing', async () => {
    await expect(page.getByText(t('line.review.banner'))).toBeVisible();
    await page.getByRole('button', { name: t('line.standstill.open') }).click();
    const review = page.getByRole('dialog', { name: t('line.review.title') });
    await expect(review.getByText(t('line.review.people'))).toBeVisible();
    const sign = review.getByRole('button', { name: t('line.review.sign') });
    await expect(sign).toHaveAttribute('aria-disabled', 'true');
    await review.getByLabel(t('line.review.answers.nobody')).check();
    await sign.click();
    await expect(page.getByText(t('line.review.done'))).toBeVisible();
    await expect(page.getByText(t('line.review.banner'))).toHaveCount(0);
  });

  await test.step('is the clinic that it was, and has no backup of its own yet', async () => {
    await desk.go('settings');
    await expect(page.getByText(t('backups.none'))).toBeVisible();
    await desk.go('patients');
    await expect(page.getByText('Marisol Vega').first()).toBeVisible();
    await desk.lock();
    await signIn.signIn(nextPassphrase);
    await expect(desk.inbox).toBeVisible();
  });
});
