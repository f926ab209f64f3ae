import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page } from '@playwright/test';

/** What a window of 1440 by 900 has room for at 200 per cent. */
export const zoomed = { width: 720, height: 450 };

/**
 * Looks at what is on the screen, light and dark: nothing that a reader of screens stumbles
 * over (WCAG 2.2 AA, as far as axe sees), and nothing that has to be scrolled sideways.
 */
export async function look(page: Page): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze();
    expect(violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)).toEqual([]);
  }
  expect(await wider(page)).toEqual([]);
}

/** What sticks out of the window, or has to be scrolled sideways within it. */
function wider(page: Page): Promise<string[]> {
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
