import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './built';

const photographs = join(import.meta.dirname, '.results', 'gallery');

const pages = ['gallery', 'gallery/desk', 'gallery/lock', 'gallery/setup'] as const;
const schemes = ['light', 'dark'] as const;

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Windows to look at; the last is 1440 × 900 zoomed to 200 %. */
const windows = [
  { name: '1440', width: 1440, height: 900 },
  { name: '1024', width: 1024, height: 700 },
  { name: 'zoomed', width: 720, height: 450 },
] as const;

async function open(page: Page, path: string, scheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  // Leave first: a change behind the # alone is no new visit.
  await page.goto('about:blank');
  await page.goto(`/#/${path}`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.evaluate(async () => {
    await document.fonts.ready;
  });
}

async function findings(page: Page, within = 'html'): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).include(within).withTags(rules).analyze();
  return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(' | ')}`);
}

for (const scheme of schemes) {
  for (const path of pages) {
    test(`${path} has nothing to find in ${scheme}`, async ({ page, watch }) => {
      await open(page, path, scheme);
      expect(await findings(page)).toEqual([]);
      expect(watch.refused).toEqual([]);
      expect(watch.complaints).toEqual([]);
    });

    test(`${path} fits every window in ${scheme}`, async ({ page }) => {
      for (const { name, width, height } of windows) {
        await page.setViewportSize({ width, height });
        await open(page, path, scheme);
        const wide = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(wide).toBeLessThanOrEqual(0);
        if (path === 'gallery') {
          // The page scrolls inside itself; all of it goes into the picture.
          const whole = await page.evaluate(
            () => document.querySelector('#root > div')?.scrollHeight ?? 0,
          );
          await page.setViewportSize({ width, height: Math.max(height, whole) });
        }
        const file = `${path.replace('/', '-')}-${name}-${scheme}.png`;
        await page.screenshot({ path: join(photographs, file), animations: 'disabled' });
      }
    });
  }

  test(`dialogs have nothing to find in ${scheme}`, async ({ page, watch }) => {
    await open(page, 'gallery', scheme);
    for (const name of ['Open dialog', 'Open drawer', 'Open question']) {
      const opener = page.getByRole('button', { name });
      await opener.click();
      const dialog = page.getByRole('dialog');
      await expect(dialog).toBeVisible();
      expect(await findings(page, '[role="dialog"]')).toEqual([]);
      const file = `${name.toLowerCase().replace(' ', '-')}-${scheme}.png`;
      await page.screenshot({ path: join(photographs, file), animations: 'disabled' });
      await page.keyboard.press('Escape');
      await expect(dialog).toBeHidden();
      await expect(opener).toBeFocused();
    }
    expect(watch.refused).toEqual([]);
  });
}

test('Spanish fits where English does', async ({ page, watch }) => {
  await open(page, 'gallery', 'light');
  await page.getByText('Español').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Muestrario');
  await expect(page.locator('html')).toHaveAttribute('lang', 'es');
  expect(await findings(page)).toEqual([]);
  await page.goto('/#/gallery/desk');
  await expect(page.getByRole('heading', { name: 'Maria Delgado' })).toBeVisible();
  await page.screenshot({ path: join(photographs, 'desk-spanish.png'), animations: 'disabled' });
  expect(watch.complaints).toEqual([]);
});

test('the choice of language and appearance is all that stays on the machine', async ({ page }) => {
  await open(page, 'gallery', 'light');
  await page.getByText('Español').click();
  await page.getByTitle('Oscura').click();
  const kept = await page.evaluate(() => Object.entries(localStorage).sort());
  expect(kept).toEqual([
    ['quietline.language', 'es'],
    ['quietline.scheme', 'dark'],
  ]);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Muestrario');
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
});

test('a narrow window shows one pane at a time', async ({ page }) => {
  await page.setViewportSize({ width: 640, height: 700 });
  await open(page, 'gallery/desk', 'light');
  const list = page.getByRole('listbox', { name: 'Conversations' });
  await expect(list).toBeHidden();
  await page.getByRole('button', { name: 'Back to the list' }).click();
  await expect(list).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Maria Delgado' })).toBeHidden();
});

test('the newest text stays in sight while the composer grows', async ({ page }) => {
  await open(page, 'gallery/desk', 'light');
  const newest = page.getByText('Done. See you Thursday');
  await expect(newest).toBeInViewport({ ratio: 1 });
  const composer = page.getByRole('textbox', { name: 'Text message' });
  await composer.fill(Array.from({ length: 12 }, (_, at) => `Line ${at}`).join('\n'));
  await expect(newest).toBeInViewport({ ratio: 1 });
  // Scrolled up, the reader is left where she is.
  const conversation = page.getByRole('region', { name: 'Conversation', exact: true });
  await conversation.hover();
  await page.mouse.wheel(0, -2_000);
  await expect(page.getByRole('button', { name: 'Newest messages' })).toBeVisible();
  await composer.fill('');
  await expect(newest).not.toBeInViewport({ ratio: 1 });
  await page.getByRole('button', { name: 'Newest messages' }).click();
  await expect(newest).toBeInViewport({ ratio: 1 });
});

test('the edge of a pane moves with the arrow keys', async ({ page }) => {
  await open(page, 'gallery/desk', 'light');
  const list = page.getByRole('region', { name: 'Conversations' });
  const before = (await list.boundingBox())?.width ?? 0;
  await page.getByRole('separator').first().focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await list.boundingBox())?.width).toBe(before + 16);
  await page.keyboard.press('Home');
  await expect.poll(async () => (await list.boundingBox())?.width).toBe(16 * 16);
});

test('the list is walked by the keyboard alone', async ({ page }) => {
  await open(page, 'gallery', 'light');
  const list = page.getByRole('listbox', { name: 'List' });
  await list.focus();
  await page.keyboard.press('End');
  const last = list.getByRole('option').last();
  await expect(last).toHaveAttribute('aria-posinset', '2000');
  await expect(last).toHaveAttribute('aria-selected', 'false');
  await page.keyboard.press('Enter');
  await expect(last).toHaveAttribute('aria-selected', 'true');
  // Only what is in sight exists.
  expect(await list.getByRole('option').count()).toBeLessThan(40);
});

test('a line that is clicked is the one that opens, wherever the mark is', async ({ page }) => {
  await open(page, 'gallery', 'light');
  const list = page.getByRole('listbox', { name: 'List' });
  await list.focus();
  await page.keyboard.press('End');
  await list.getByRole('option').last().waitFor();
  // The mark stays at the end; the pointer goes back to the start and to another field.
  await page.getByRole('button').first().focus();
  await list.evaluate((node) => node.scrollTo(0, 0));
  const second = list.locator('[aria-posinset="2"]');
  await second.click();
  await expect(second).toHaveAttribute('aria-selected', 'true');
});
