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
  await page.keyboard.press('2');
  await expect(dialog.getByText('Two right answers first')).toBeVisible();
  await dialog.getByRole('checkbox').nth(0).check();
  await dialog.getByRole('checkbox').nth(1).check();
  await page.keyboard.press('2');
  await expect(page.getByText('Only reminders go from now on.')).toBeVisible();
  await expect(dialog.getByText('Reminders', { exact: true })).toBeVisible();
});
