import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { look, tabTo, zoomed } from './program/look';
import type { Program } from './program/program';
import { expect, test } from './program/story';
import { fillDay } from './screens/desk';

/** Everyone in the sample clinic uses it. */
const passphrase = 'quiet line sample clinic';
const pictures = join(import.meta.dirname, '.results', 'papers');
const patient = 'Owen Whitfield';
/** A signed paper of two pages, as a scanner gives it. */
const scanned = join(import.meta.dirname, '../../backend/records/pdf/testdata/paper.pdf');
/** Yesterday, as the boxes of a day take it. */
function yesterday(): { day: string; month: string; year: string } {
  const [year = '', month = '', day = ''] = new Date(Date.now() - 864e5)
    .toISOString()
    .split(/[-T]/);
  return { day: String(Number(day)), month: String(Number(month)), year };
}

const monthName = (month: string): string =>
  new Intl.DateTimeFormat('en-US', { month: 'long', timeZone: 'UTC' }).format(
    new Date(Date.UTC(2000, Number(month) - 1, 15)),
  );

/** Grown-ups of the clinic whose names lead to one patient each. */
async function adults(program: Program, count: number): Promise<readonly string[]> {
  const { items } = await program.ask<{ items: { id: string; name: string }[] }>('patient.list', {
    search: '',
    after: '',
    limit: 200,
  });
  const names: string[] = [];
  for (const { id, name } of items) {
    if (names.length === count) break;
    const { age } = await program.ask<{ age: number }>('patient.get', { id });
    if (age >= 18 && items.filter((other) => other.name.includes(name)).length === 1)
      names.push(name);
  }
  expect(names.length).toBe(count);
  return names;
}

test.use({ viewport: { width: 1440, height: 900 } });

const everyLook = [
  ['dark', 1440],
  ['light', 800],
  ['light', 1440],
] as const;

async function photograph(
  page: Page,
  name: string,
  looks: readonly (readonly ['dark' | 'light', number])[] = everyLook,
): Promise<void> {
  for (const [scheme, width] of looks) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 900 });
    await page.screenshot({
      path: join(pictures, `${name}-${scheme}-${width}.png`),
      animations: 'disabled',
      timeout: 90_000,
    });
    const found = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
      .analyze();
    expect(found.violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)).toEqual([]);
  }
}

/** Looks at what is on the screen at 200 per cent. */
async function atTwice(page: Page): Promise<void> {
  await page.setViewportSize(zoomed);
  await look(page);
  await page.setViewportSize({ width: 1440, height: 900 });
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
  test.setTimeout(900_000);
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

  let formCode = '';
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
    formCode = /[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{4}/.exec(text)?.[0] ?? '';
    expect(formCode).not.toBe('');
  });

  await test.step('the signed form comes back: its code, a scan of it, and the record shows both', async () => {
    await page.getByRole('link', { name: t('consents.title') }).click();
    await page.getByRole('button', { name: t('consents.drawer.open') }).click();
    await page.getByRole('searchbox').last().fill(formCode.toLowerCase());
    await page.keyboard.press('Enter');
    await expect(dialog.getByText(t('paper.lead', { patient }))).toBeVisible();
    await expect(dialog.getByLabel(t('paper.form'), { exact: true })).toHaveValue(
      '2026-2-minor-es',
    );
    await dialog
      .getByRole('group', { name: t('paper.categories') })
      .getByRole('checkbox', { name: new RegExp(`^${t('terms.category.reminders.name')}`) })
      .check();
    await fillDay(dialog.getByRole('group', { name: t('paper.signedOn') }), t, yesterday());
    await dialog.locator('input[type=file]').setInputFiles(scanned);
    await dialog.getByLabel(t('paper.attest')).check();
    await photograph(page, 'drawer', [['light', 1440]]);
    await atTwice(page);
    await button(t('paper.save')).click();
    await expect(dialog.getByText(t('consents.drawer.count_one', { count: 1 }))).toBeVisible();
    await page.keyboard.press('Escape');
    await desk.go('patients');
    await page.getByRole('searchbox').fill(patient);
    await page.getByRole('option').filter({ hasText: patient }).first().click();
    // By the keyboard alone: looking at the scan, and where another would be added.
    const add = page.getByRole('button', { name: t('paper.scan.add') }).first();
    await add.focus();
    await page.keyboard.press('Enter');
    await expect(dialog).toBeVisible();
    await tabTo(page, dialog.getByRole('button', { name: t('ui.chooseFile') }));
    await atTwice(page);
    await page.keyboard.press('Escape');
    await expect(add).toBeFocused();
    await page
      .getByRole('button', { name: t('paper.scan.open') })
      .first()
      .focus();
    await page.keyboard.press('Enter');
    await expect(
      dialog.getByRole('img', { name: t('paper.scan.page', { page: 2, of: 2 }) }),
    ).toBeVisible({ timeout: 60_000 });
    await photograph(page, 'scan', [
      ['dark', 800],
      ['light', 1440],
    ]);
    await atTwice(page);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: t('records.printConsent') }).click();
    await button(t('records.dialog.make')).click();
    await made();
    await photograph(page, 'record-with-scan', [['light', 1440]]);
    const { text, info } = read(await save('record-with-scan'));
    expect(text).toContain(t('records.sheet.scans'));
    // The paper of before says what is kept no more; this one does.
    code = /[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{4}/.exec(text)?.[0] ?? '';
    expect(Number(/^Pages: +(\d+)$/m.exec(info)?.[1])).toBeGreaterThan(3);
  });

  await test.step('the attorney’s own form becomes a form once everything is found in it', async () => {
    await page.getByRole('link', { name: t('consents.title') }).click();
    await page.getByRole('button', { name: t('consents.attach.open') }).click();
    await dialog.locator('input[type=file]').setInputFiles(scanned);
    await dialog.getByLabel(t('consents.attach.source')).fill('approved by Lee & Park');
    const ticks = dialog.getByRole('group', { name: t('consents.attach.found') });
    await ticks.getByRole('checkbox').first().waitFor();
    for (const tick of (await ticks.getByRole('checkbox').all()).slice(1)) await tick.check();
    await button(t('consents.attach.save')).click();
    await expect(dialog.getByText(t('consents.attach.missing_one', { count: 1 }))).toBeVisible();
    await photograph(page, 'attach', [['light', 1440]]);
    await ticks.getByRole('checkbox').first().check();
    await button(t('consents.attach.save')).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByText(t('consents.attach.pages_other', { count: 2 }))).toBeVisible();
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
    // He is on it by his code, and by his initials alone.
    const line = text.split('\n').find((l) => l.includes(code.slice(0, 11)));
    expect(line).toMatch(/^\s*OW\b/);
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
    await page.getByLabel(t('records.verify.field')).fill(formCode);
    await page.keyboard.press('Enter');
    await expect(page.getByText(t('records.verify.copy.matches'))).toBeVisible();
    await photograph(page, 'verified-form', [['light', 1440]]);
    await page.getByLabel(t('records.verify.field')).fill('HELLO');
    await page.keyboard.press('Enter');
    await expect(page.getByText(t('errors.consent.record_code.what'))).toBeVisible();
  });

  await test.step('day one: forty papers of a drawer, with the keyboard alone', async () => {
    const names = await adults(program, 40);
    const { day, month, year } = yesterday();
    const keys = page.keyboard;
    const attest = dialog.getByLabel(t('paper.attest'));
    const signedIn = dialog
      .getByRole('group', { name: t('paper.signedOn') })
      .getByLabel(t('ui.month'));
    await page.getByRole('link', { name: t('consents.title') }).click();
    await page.getByRole('button', { name: t('consents.drawer.open') }).focus();
    await page.evaluate(() => {
      const { dataset } = document.documentElement;
      addEventListener('keydown', () => {
        dataset['presses'] = String(Number(dataset['presses'] ?? 0) + 1);
      });
    });
    await keys.press('Enter');
    for (const [at, name] of names.entries()) {
      await expect(dialog.getByRole('searchbox')).toBeFocused();
      await keys.insertText(name);
      await expect(dialog.getByRole('listitem')).toHaveCount(1);
      await keys.press('Enter');
      await expect(dialog.getByText(t('paper.lead', { patient: name }))).toBeVisible();
      if (at === 0) {
        // The first paper tells what the others share.
        await tabTo(
          page,
          dialog
            .getByRole('checkbox', { name: new RegExp(`^${t('terms.category.reminders.name')}`) })
            .first(),
        );
        await keys.press('Space');
        await tabTo(page, signedIn);
      }
      // The keyboard is at the date, and a list forgets letters that come too slowly.
      await expect(signedIn).toBeFocused();
      await expect(async () => {
        await keys.type(monthName(month));
        await expect(signedIn.locator('option:checked')).toHaveText(monthName(month), {
          timeout: 2000,
        });
      }).toPass();
      await keys.press('Tab');
      await keys.insertText(day);
      await keys.press('Tab');
      await keys.insertText(year);
      await tabTo(page, attest);
      await keys.press('Space');
      await keys.press('Enter');
      await expect(
        dialog.getByRole('status').filter({ hasText: new RegExp(`^${at + 1} `) }),
      ).toBeVisible();
    }
    // Forty an hour are 90 seconds for each, which few presses leave for reading it.
    const presses = await page.evaluate(() => document.documentElement.dataset['presses']);
    expect(Number(presses) / names.length).toBeLessThan(50);
  });
});
