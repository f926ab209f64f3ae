import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './program/story';

/** Everyone in the sample clinic uses it. */
const passphrase = 'quiet line sample clinic';

const pictures = join(import.meta.dirname, '.results', 'search');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const looks = [
  { name: 'light-1440', scheme: 'light', width: 1440, height: 900 },
  { name: 'dark-1440', scheme: 'dark', width: 1440, height: 900 },
  { name: 'light-800', scheme: 'light', width: 800, height: 700 },
] as const;

async function look(page: Page, screen: string): Promise<void> {
  for (const { scheme, width, height, name } of looks) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', scheme);
    await page.screenshot({
      path: join(pictures, `${screen}-${name}.png`),
      animations: 'disabled',
    });
    // Longer words in the other language; what is under them has been checked.
    if (width < 1440 || !screen.startsWith('en')) continue;
    const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze();
    const found = violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' '))}`);
    expect.soft(found, `${screen} in ${name}`).toEqual([]);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

for (const language of ['en', 'es'] as const) {
  test.describe(`a search in ${language}`, () => {
    test.use({ language, viewport: { width: 1440, height: 900 } });

    test('leads by the keyboard from two letters to a text, and back', async ({
      office,
      page,
      screens,
    }) => {
      test.setTimeout(300_000);
      const { t, setup, signIn, desk, conversation } = screens;
      const keys = page.keyboard;
      await office.withSample();
      const program = await office.start();
      await page.goto(program.url);
      await setup.speak(language);
      await signIn.signIn(passphrase, 'Denise Whitaker');
      await expect(desk.threads.getByRole('option').first()).toBeVisible();

      await test.step('two letters find people and texts', async () => {
        await keys.press('Control+k');
        await expect(desk.search).toBeFocused();
        await keys.type('m');
        await expect(page.getByText(t('search.hint.title'))).toBeVisible();
        await keys.type('a');
        await expect(desk.found.getByText(t('search.people'), { exact: true })).toBeVisible();
        await look(page, `${language}-letters`);
      });

      await test.step('words find texts, and the hits are marked', async () => {
        await desk.search.fill('tomorrow');
        await expect(desk.found.locator('mark').first()).toHaveText(/tomorrow/i);
        const first = desk.found.getByRole('option').first();
        await expect(first).toContainText(/tomorrow/i);
        await look(page, `${language}-words`);
      });

      await test.step('Enter opens the conversation at the text', async () => {
        await desk.search.focus();
        await keys.press('ArrowDown');
        await expect(desk.found).toBeFocused();
        await keys.press('ArrowDown');
        await keys.press('Enter');
        const lit = page.locator('[data-lit]');
        await expect(lit).toContainText(/tomorrow/i);
        await expect(lit).toBeInViewport();
        await look(page, `${language}-opened`);
        await expect(desk.found).toBeVisible();
        await expect(conversation.composer).toBeVisible();
      });

      await test.step('the search is narrowed in plain words', async () => {
        await page.getByRole('button', { name: t('search.narrow') }).click();
        const form = page.getByRole('dialog', { name: t('search.narrow') });
        await form.getByLabel(t('search.way.label')).selectOption(t('search.way.in'));
        await page.mouse.move(700, 20);
        await look(page, `${language}-narrowing`);
        await keys.press('Escape');
        await expect(form).toBeHidden();
        await expect(
          page.getByRole('button', { name: t('ui.remove', { what: t('search.way.in') }) }),
        ).toBeVisible();
      });

      await test.step('what is not there is said, with a next step', async () => {
        await desk.search.fill('zzzzqq');
        await expect(page.getByRole('heading', { name: t('search.none.title') })).toBeVisible();
        await look(page, `${language}-nothing`);
        await page.getByRole('button', { name: t('search.clear') }).click();
        await expect(page.getByText(t('search.none.body'))).toBeVisible();
      });

      await test.step('Escape leads back to the list', async () => {
        await desk.search.focus();
        await keys.press('Escape');
        await expect(desk.found).toBeHidden();
        await expect(desk.threads.getByRole('option').first()).toBeVisible();
      });
    });
  });
}
