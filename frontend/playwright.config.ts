import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { defineConfig } from '@playwright/test';

// The browser is the system's own: nothing is downloaded.
function systemChromium(): string {
  const named = process.env['CHROMIUM'];
  if (named) return named;
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not in this folder; the next may have it.
      }
    }
  }
  throw new Error('No Chromium on the PATH. On Debian: apt-get install chromium');
}

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'e2e/.results/playwright',
  // Every story starts a program of its own and mostly waits, one of them a minute
  // for a desk that nobody uses: one more at once than two processors.
  workers: 3,
  forbidOnly: Boolean(process.env['CI']),
  // Three times what a story and an answer need on a machine of two processors: a story
  // that fails still fails, and one that is only slow does not.
  timeout: 180_000,
  expect: { timeout: 24_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    locale: 'en-US',
    timezoneId: 'America/Denver',
    reducedMotion: 'reduce',
    actionTimeout: 30_000,
    launchOptions: {
      executablePath: systemChromium(),
      // Root has no sandbox of its own in a container.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
});
