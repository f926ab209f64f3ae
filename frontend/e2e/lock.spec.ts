import { expect, test } from './program/story';

/** Everyone in the sample clinic uses it. */
const passphrase = 'quiet line sample clinic';

test('a desk that nobody uses asks, stays when somebody is there, and locks', async ({
  office,
  page,
  screens,
}) => {
  test.setTimeout(240_000);
  const { t, signIn, desk } = screens;
  await office.withSample();
  const program = await office.start();
  await page.goto(program.url);
  await signIn.signIn(passphrase, 'Denise Whitaker');
  await expect(desk.inbox).toBeVisible();

  await test.step('the office manager chooses a minute for herself', async () => {
    await desk.go('settings');
    const mine = page.getByLabel(t('roles.office_manager'), { exact: true });
    await mine.selectOption(t('lock.minutes_one', { count: 1 }));
    const form = page.locator('form').filter({ has: mine });
    await form.getByRole('button', { name: t('ui.save'), exact: true }).click();
    await expect(page.getByText(t('settings.saved'))).toBeVisible();
  });

  const asked = page.getByRole('dialog', { name: t('lock.away.title') });
  await test.step('half a minute before the end it asks, and somebody is there', async () => {
    await expect(asked).toBeVisible({ timeout: 60_000 });
    await expect(asked.getByRole('button', { name: t('lock.away.stay') })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(asked).toBeHidden();
    await expect(page.getByRole('heading', { level: 1, name: t('settings.title') })).toBeVisible();
  });

  await test.step('when nobody is there it locks', async () => {
    await expect(asked).toBeVisible({ timeout: 60_000 });
    await expect(signIn.title).toBeVisible({ timeout: 60_000 });
    await expect(page.getByText(t('settings.saved'))).toHaveCount(0);
  });
});
