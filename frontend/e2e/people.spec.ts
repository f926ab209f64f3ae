import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './program/story';

/** Everyone in the sample clinic uses it. */
const passphrase = 'quiet line sample clinic';
const pictures = join(import.meta.dirname, '.results', 'people');
const therapists = ['Mei-Ling Hsu', 'Samuel Okafor', 'Ingrid Sørensen'];
const caller = 'Owen Whitfield';

async function photograph(page: Page, name: string): Promise<void> {
  for (const [scheme, width] of [
    ['light', 1440],
    ['dark', 1440],
    ['light', 800],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 900 });
    await page.screenshot({
      path: join(pictures, `${name}-${scheme}-${width}.png`),
      animations: 'disabled',
      timeout: 90_000,
    });
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 1440, height: 900 });
}

test.use({ viewport: { width: 1440, height: 900 } });

test('people take turns at one computer, and each sees what is hers', async ({
  office,
  page,
  screens,
}) => {
  test.setTimeout(240_000);
  const { t, signIn, desk, conversation } = screens;
  await office.withSample();
  const program = await office.start();
  await page.goto(program.url);
  const took: number[] = [];
  const change = async (name: string) => {
    const begun = Date.now();
    const first = await signIn.title.isVisible();
    if (!first) await desk.lock();
    await expect(signIn.title).toBeVisible();
    await signIn.signIn(passphrase, name);
    await expect(desk.inbox).toBeVisible();
    if (!first) took.push(Date.now() - begun);
  };
  let therapist = '';
  let phone = '';

  await test.step('an unsent text stays with whoever wrote it', async () => {
    await change('Ana Lucía Prieto');
    await desk.openThread(caller);
    const team = page
      .locator('section')
      .filter({ has: page.getByRole('heading', { name: t('people.care.title') }) });
    await expect(team).toBeVisible();
    for (const name of therapists) {
      if (await team.getByRole('listitem').filter({ hasText: name }).count()) therapist = name;
    }
    expect(therapist).not.toBe('');
    phone =
      (await page
        .getByText(/^\(\d{3}\) 555-0113$/)
        .first()
        .textContent()) ?? '';
    await photograph(page, 'card');
    await conversation.write('I will ask and write back.');
    await change('Tomás Baca');
    await desk.openThread(caller);
    await expect(conversation.composer).toHaveValue('');
  });

  await test.step('the record names who wrote', async () => {
    await conversation.write('Get well soon, Owen!');
    await expect(conversation.says(t('inbox.answer.reply'))).toBeVisible();
    await conversation.send.click();
    await expect(conversation.text('Get well soon, Owen!')).toContainText('Tomás Baca');
    await change('Ana Lucía Prieto');
    await desk.openThread(caller);
    await expect(conversation.composer).toHaveValue('I will ask and write back.');
    await expect(conversation.text('Get well soon, Owen!')).toContainText('Tomás Baca');
  });

  await test.step('a therapist finds her own patients, and nobody else does', async () => {
    await change(therapist);
    await expect(desk.thread(caller)).toBeVisible();
    await change(therapists.find((name) => name !== therapist) ?? '');
    await expect(desk.threads.getByRole('option').first()).toBeVisible();
    await expect(desk.thread(caller)).toHaveCount(0);
    await desk.go('patients');
    await page.getByRole('searchbox', { name: t('patients.search') }).fill('Whitfield');
    await expect(page.getByText(t('patients.noneFound.title'))).toBeVisible();
  });

  await test.step('in an emergency she opens him, and the privacy officer looks into it', async () => {
    await desk.go('people');
    await page.getByRole('button', { name: t('people.emergency.show') }).click();
    await page.getByLabel(t('people.emergency.phone')).fill(phone);
    await page
      .getByLabel(t('people.emergency.reason'))
      .fill('His mother is at the door and he has not come home');
    await photograph(page, 'emergency');
    await page.getByRole('button', { name: t('people.emergency.open') }).click();
    await expect(page.getByRole('heading', { name: caller }).first()).toBeVisible();
    await change('Ruth Castellano');
    await page.getByRole('button', { name: t('people.bannerAction') }).click();
    await expect(page.getByText('His mother is at the door')).toBeVisible();
    await photograph(page, 'officer');
    await page.getByRole('button', { name: t('people.emergency.review') }).click();
    await page.getByLabel(t('people.emergency.note')).fill('Talked it over. All right.');
    await page.getByRole('button', { name: t('people.emergency.sign') }).click();
    await expect(page.getByText(t('people.bannerAction'))).toHaveCount(0);
  });

  await test.step('whoever leaves is let in no more, and somebody takes over', async () => {
    const row = page.getByRole('listitem').filter({ hasText: therapist });
    await row.getByRole('button', { name: t('people.leave.action') }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByText(t('people.leave.cannot.title'))).toBeVisible();
    const heir = therapists.find((name) => name !== therapist) ?? '';
    await dialog.getByLabel(t('people.leave.heir')).selectOption({ label: heir });
    await photograph(page, 'leaving');
    await dialog.getByRole('button', { name: t('people.leave.confirm') }).click();
    await expect(dialog).toBeHidden();
    await expect(row).toHaveCount(1);
    await expect(row.getByRole('button')).toHaveCount(0);
    await desk.lock();
    await expect(signIn.title).toBeVisible();
    await expect(signIn.person(therapist)).toHaveCount(0);
    await change(heir);
    await expect(desk.thread(caller)).toBeVisible();
  });

  await test.step('and nobody waits long for her turn', async () => {
    took.sort((a, b) => a - b);
    const median = took[Math.floor(took.length / 2)] ?? Number.POSITIVE_INFINITY;
    test.info().annotations.push({ type: 'a change of person, ms', description: took.join(' ') });
    expect(median).toBeLessThan(5_000);
  });
});
