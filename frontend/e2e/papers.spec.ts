import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './program/story';

/** Everyone in the sample clinic uses it. */
const passphrase = 'quiet line sample clinic';
const pictures = join(import.meta.dirname, '.results', 'papers');
const patient = 'Owen Whitfield';

test.use({ viewport: { width: 1440, height: 900 } });

async function photograph(page: Page, name: string): Promise<void> {
  for (const [scheme, width] of [
    ['dark', 1440],
    ['light', 800],
    ['light', 1440],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 900 });
    await page.screenshot({
      path: join(pictures, `${name}-${scheme}-${width}.png`),
      animations: 'disabled',
      timeout: 40_000,
    });
    const found = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
      .analyze();
    expect(found.violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)).toEqual([]);
  }
}

/** Reads a saved paper back. */
function read(file: string, ...password: string[]): { info: string; text: string } {
  const run = (tool: string, ...args: string[]) =>
    execFileSync(tool, [...password, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  return { info: run('pdfinfo', file), text: run('pdftotext', '-layout', file, '-') };
}

test('the manager prints a consent, and the auditor checks it by its code', async ({
  office,
  page,
  screens,
}) => {
  test.setTimeout(300_000);
  const { t, signIn, desk } = screens;
  mkdirSync(pictures, { recursive: true });
  await office.withSample();
  const program = await office.start();
  await page.goto(program.url);
  await signIn.signIn(passphrase, 'Denise Whitaker');
  await expect(desk.inbox).toBeVisible();
  // What the printer would be given; nobody looks at a dialog of the system here.
  await page.evaluate(() => {
    window.print = () => {
      document.body.dataset['printed'] = String(
        document.querySelectorAll('body > div > img').length,
      );
    };
  });
  const dialog = page.getByRole('dialog');
  const button = (name: string) => dialog.getByRole('button', { name, exact: true });
  const made = async () =>
    expect(button(t('records.dialog.print'))).toBeVisible({ timeout: 90_000 });
  const save = async (name: string, password = '') => {
    await button(t('records.dialog.save')).click();
    if (password) await dialog.getByLabel(t('records.dialog.password')).fill(password);
    const [download] = await Promise.all([
      page.waitForEvent('download', { timeout: 60_000 }),
      button(t('records.dialog.save')).click(),
    ]);
    const file = join(pictures, `${name}.pdf`);
    await download.saveAs(file);
    await expect(dialog).toBeHidden();
    return file;
  };

  let code = '';
  await test.step('from the patient’s card, with the keyboard, to the printer and to a file', async () => {
    await desk.go('patients');
    await page.getByRole('searchbox').fill(patient);
    await page.getByRole('option').filter({ hasText: patient }).first().click();
    await page.getByRole('button', { name: t('records.printConsent') }).focus();
    await page.keyboard.press('Enter');
    await expect(button(t('records.dialog.make'))).toBeFocused();
    await page.keyboard.press('Enter');
    await made();
    await photograph(page, 'ready');
    await button(t('records.dialog.print')).click();
    await expect(page.locator('body')).toHaveAttribute('data-printed', /[1-9]/);
    const { info, text } = read(
      await save('consent', 'four-plain-words-here'),
      '-upw',
      'four-plain-words-here',
    );
    expect(info).toMatch(/^Tagged: +yes$/m);
    expect(info).toMatch(/^Encrypted: +yes .*AES-256/m);
    expect(text).toContain(patient);
    code = /[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{4}/.exec(text)?.[0] ?? '';
    expect(code).not.toBe('');
  });

  await test.step('a Spanish form for the counter is three clicks away', async () => {
    await page.getByRole('button', { name: t('records.printForm') }).click();
    await dialog
      .getByLabel(t('records.dialog.form_field'))
      .selectOption({ label: '2026-2-minor-es (Español)' });
    await button(t('records.dialog.make')).click();
    await made();
    const { text } = read(await save('form'));
    expect(text).toContain('Página 1 de');
    expect(text).toContain(patient);
  });

  await test.step('the register, with filters and with initials', async () => {
    await page.getByRole('link', { name: t('records.title') }).click();
    await photograph(page, 'papers');
    await page.getByLabel(t('records.register.standing')).selectOption('in_force');
    await page.getByLabel(t('records.register.initials')).check();
    await page.getByRole('button', { name: t('records.register.print') }).click();
    await button(t('records.dialog.make')).click();
    await made();
    const { text, info } = read(await save('register'));
    expect(info).toMatch(/^Page size: +792 x 612 pts/m);
    expect(text).toContain(t('records.register.in_force'));
    expect(text).not.toContain(patient);
  });

  await test.step('many forms in one file', async () => {
    await page.getByLabel(t('records.register.standing')).selectOption('revoked');
    await page.getByRole('button', { name: t('records.batch.print') }).click();
    await button(t('records.dialog.make')).click();
    await made();
    const { text } = read(await save('batch'));
    expect((text.match(/(Page|Página) 1 (of|de)/g) ?? []).length).toBeGreaterThan(1);
  });

  await test.step('a scanner types the code', async () => {
    await page.getByLabel(t('records.verify.field')).fill(code.toLowerCase());
    await page.keyboard.press('Enter');
    await expect(page.getByText(t('records.verify.matches'))).toBeVisible();
    await expect(page.getByText(patient)).toBeVisible();
    await photograph(page, 'verified');
    await page
      .getByLabel(t('records.verify.field'))
      .fill(`${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`);
    await page.keyboard.press('Enter');
    await expect(page.getByText(t('records.verify.differs'))).toBeVisible();
    await page.getByLabel(t('records.verify.field')).fill('HELLO');
    await page.keyboard.press('Enter');
    await expect(page.getByText(t('errors.consent.record_code.what'))).toBeVisible();
  });
});
