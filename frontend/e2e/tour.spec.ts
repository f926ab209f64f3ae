import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './program/story';
import type { Language } from './program/words';

/** Everyone in the sample clinic uses it. */
const passphrase = 'quiet line sample clinic';

const pictures = join(import.meta.dirname, '.results', 'tour');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const large = { width: 1440, height: 900 } as const;
const looks = {
  en: [
    { name: 'light-1440', scheme: 'light', ...large, check: true },
    { name: 'dark-1440', scheme: 'dark', ...large, check: true },
    { name: 'light-1024', scheme: 'light', width: 1024, height: 700, check: false },
    { name: 'dark-800', scheme: 'dark', width: 800, height: 700, check: false },
  ],
  // Longer words; what is under them has been checked.
  es: [
    { name: 'light-1440', scheme: 'light', ...large, check: false },
    { name: 'light-1024', scheme: 'light', width: 1024, height: 700, check: false },
  ],
} as const;

/** Photographs a screen in every look, and checks it against WCAG 2.2 AA. */
async function look(page: Page, language: Language, screen: string): Promise<void> {
  const name = `${language}-${screen}`;
  for (const { scheme, width, height, check, ...as } of looks[language]) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', scheme);
    const beyond = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect.soft(beyond, `${name} fits ${as.name}`).toBeLessThanOrEqual(0);
    await page.screenshot({
      path: join(pictures, `${name}-${as.name}.png`),
      animations: 'disabled',
    });
    if (!check) continue;
    const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze();
    const found = violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' '))}`);
    expect.soft(found, `${name} in ${as.name}`).toEqual([]);
  }
  await page.setViewportSize(large);
}

for (const language of ['en', 'es'] as const) {
  test.describe(`the sample clinic in ${language}`, () => {
    test.use({ language, viewport: large });

    // A minute at the most on a quiet machine.
    test.describe.configure({ timeout: 360_000 });

    test('looks finished on every screen of the inbox', async ({ office, page, screens }) => {
      const { t, setup, signIn, desk, conversation } = screens;
      await office.withSample();
      const program = await office.start();
      await page.goto(program.url);
      await setup.speak(language);
      await expect(signIn.title).toBeVisible();
      await look(page, language, 'signin');
      await signIn.signIn(passphrase, 'Denise Whitaker');
      await expect(desk.threads.getByRole('option').first()).toBeVisible();
      await look(page, language, 'inbox');

      await desk.openThread('Owen Whitfield');
      await conversation.write('Thank you for telling us. Get well soon, Owen!');
      await expect(conversation.says(t('inbox.answer.reply'))).toBeVisible();
      await look(page, language, 'thread');
      await conversation.write('');

      await desk.openThread('Everett Shaw');
      await expect(conversation.says(t('reasons.policy.consent_revoked')).first()).toBeVisible();
      await look(page, language, 'refused');

      await desk.show('unknown');
      await desk.openThread('(970) 555-0190');
      await look(page, language, 'stranger');

      await desk.show('waiting');
      await desk.openThread('Gideon Ashworth');
      await expect(conversation.remedy(t('inbox.remedy.held.send'))).toBeVisible();
      await look(page, language, 'held');
    });

    test('looks finished beside the inbox', async ({ office, page, screens }) => {
      const { t, setup, signIn, desk } = screens;
      await office.withSample();
      const program = await office.start();
      await page.goto(program.url);
      await setup.speak(language);
      await signIn.signIn(passphrase, 'Denise Whitaker');
      await expect(desk.threads.getByRole('option').first()).toBeVisible();

      await desk.go('patients');
      await page.getByRole('searchbox', { name: t('patients.search') }).fill('Vega');
      await page.getByRole('option').filter({ hasText: 'Marisol' }).first().click();
      await expect(page.getByText(t('paper.consents'), { exact: true })).toBeVisible();
      await look(page, language, 'patient');

      const form = await desk.addPatient();
      await expect(form.dialog).toBeVisible();
      await look(page, language, 'add-patient');
      await page.keyboard.press('Escape');

      await desk.go('settings');
      await expect(page.getByLabel(t('settings.form.phone'), { exact: true })).toBeVisible();
      await look(page, language, 'settings');
    });
  });
}
