import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './program/story';

// Somebody calls: found by letters while she speaks, nothing changed before two
// answers are right, and then by one key.
test('a caller wants reminders only', async ({ office, screens, page }) => {
  await office.withSample();
  const program = await office.start();
  await page.goto(program.url);
  await screens.signIn.signIn('quiet line sample clinic', 'Denise Whitaker');
  await expect(screens.desk.threads.getByRole('option').first()).toBeVisible();
  await page.keyboard.press('c');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('searchbox')).toBeFocused();
  await page.keyboard.type('ma');
  await expect(dialog.getByRole('listitem').first()).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('May we text?')).toBeVisible();
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag22aa'])
    .analyze();
  expect(violations.map((v) => v.id)).toEqual([]);
  const topics = dialog.getByText('May we text?').locator('xpath=following-sibling::dd');
  await page.keyboard.press('2');
  await expect(dialog.getByText('Two right answers first')).toBeVisible();
  await dialog.getByRole('checkbox').nth(0).check();
  await page.keyboard.press('2');
  await dialog.getByRole('checkbox').nth(1).check();
  // Neither of them was heard: more than reminders is still welcome.
  await expect(topics).toContainText('Appointments');
  await page.keyboard.press('2');
  await expect(page.getByText('Only reminders go from now on.')).toBeVisible();
  await expect(dialog.getByText('Reminders', { exact: true })).toBeVisible();
});

// A digit of a number that is being typed is no wish, a stranger who answers on one of
// two numbers holds none of them by guess, and what she wrote leaves the chart and comes
// back.
test('a caller has a new number, and the old one is somebody else', async ({
  office,
  screens,
  page,
}) => {
  const { t, signIn, desk } = screens;
  const patient = 'Leonard Katz';
  await office.withSample();
  const program = await office.start();
  await page.goto(program.url);
  await signIn.signIn('quiet line sample clinic', 'Denise Whitaker');
  await expect(desk.threads.getByRole('option').first()).toBeVisible();
  const dialog = page.getByRole('dialog');
  const action = (name: string) => dialog.getByRole('button', { name: new RegExp(`^${name}`) });

  await page.keyboard.press('c');
  await dialog.getByRole('searchbox').fill(patient);
  await dialog.getByRole('button', { name: new RegExp(`^${patient}`) }).click();
  await dialog.getByRole('checkbox').nth(0).check();
  await dialog.getByRole('checkbox').nth(1).check();
  await page.keyboard.press('3');
  const field = dialog.getByLabel(t('patients.number'), { exact: true });
  await expect(field).toBeFocused();
  await page.keyboard.type('(720) 555-0112');
  await expect(field).toHaveValue('(720) 555-0112');
  await expect(page.getByText(t('caller.stopDone'))).toHaveCount(0);
  await expect(page.getByText(t('patients.hold.heldDone'))).toHaveCount(0);
  await dialog.getByRole('button', { name: t('patients.addNumber') }).click();
  await expect(page.getByText(t('patients.numberAdded'))).toBeVisible();
  await expect(action(t('caller.notThis'))).toHaveAttribute('aria-disabled', 'true');
  await page.keyboard.press('Escape');

  await page.getByRole('link', { name: t('patients.title') }).click();
  await page.getByRole('searchbox').first().fill(patient);
  await page.getByRole('option').filter({ hasText: patient }).click();
  await page
    .getByRole('button', { name: t('patients.hold.wrong') })
    .first()
    .click();
  await dialog.getByRole('radio').nth(1).check();
  await dialog.getByRole('button', { name: t('patients.hold.wrongConfirm') }).click();
  await expect(page.getByText(t('patients.hold.movedDone'))).toBeVisible();
  await page
    .getByRole('button', { name: t('patients.openConversation') })
    .first()
    .click();
  const back = page.getByRole('button', { name: t('inbox.moved.putBack') });
  await back.click();
  await expect(back).toHaveCount(0);
});
