import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page } from '@playwright/test';

/** What a window of 1440 by 900 has room for at 200 per cent. */
export const zoomed = { width: 720, height: 450 };

/** WCAG 2.2 AA, as far as axe sees. */
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/**
 * Looks at what is on the screen, light and dark: nothing that a reader of screens stumbles
 * over (WCAG 2.2 AA, as far as axe sees), and nothing that has to be scrolled sideways.
 */
export async function look(page: Page): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await wear(page, colorScheme);
    await found(new AxeBuilder({ page }).withTags(rules));
  }
  expect(await wider(page)).toEqual([]);
}

/**
 * Looks, by the way of a story, at the dialog that is open, or at the page where none is:
 * all rules in light, and in dark those of the colours, which alone differ.
 */
export async function axe(page: Page): Promise<void> {
  const part = (await page.getByRole('dialog').count()) > 0 ? '[role="dialog"]' : 'body';
  await found(new AxeBuilder({ page }).include(part).withTags(rules));
  await wear(page, 'dark');
  const colours = ['color-contrast', 'link-in-text-block'];
  await found(new AxeBuilder({ page }).include(part).withRules(colours));
  await wear(page, 'light');
}

/** Takes on a scheme, and waits until the page is drawn in it and nothing fades any more. */
async function wear(page: Page, colorScheme: 'dark' | 'light'): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
  await page.evaluate(
    () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
  );
  await page.evaluate(() => {
    const fading = document.getAnimations().filter((one) => one instanceof CSSTransition);
    return Promise.allSettled(fading.map((one) => one.finished));
  });
}

async function found(looking: AxeBuilder): Promise<void> {
  const { violations } = await looking.analyze();
  expect(violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)).toEqual([]);
}

/** What sticks out of the window, or has to be scrolled sideways within it. */
export function wider(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) found.push('the page');
    for (const node of document.querySelectorAll<HTMLElement>('body *')) {
      const { overflowX } = getComputedStyle(node);
      const scrolls = overflowX === 'auto' || overflowX === 'scroll';
      if (scrolls && node.scrollWidth > node.clientWidth + 1) {
        found.push(`${node.tagName.toLowerCase()}.${node.className}`);
      }
    }
    return found;
  });
}

/** Goes on with the Tab key, or back, until something has the focus. */
export async function tabTo(page: Page, where: Locator, key = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    if (await where.evaluate((node) => node === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error('The keyboard does not come there');
}
