import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { paperAssets } from './paperAssets.ts';

// The window's page policy allows scripts, styles and fonts from the program
// itself and nothing inline. Two settings follow from it: no module-preload
// polyfill (it is an inline script) and no data: URLs for small assets.
export default defineConfig({
  plugins: [react(), paperAssets()],
  worker: { format: 'es', plugins: () => [paperAssets()] },
  base: './',
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // WebView2 follows Chromium; WebKitGTK 2.40 and the WKWebView of macOS 13
    // are Safari 16.4.
    target: ['chrome110', 'safari16.4'],
    cssTarget: ['chrome110', 'safari16.4'],
    chunkSizeWarningLimit: 700,
  },
  test: {
    environment: 'jsdom',
    // One for each processor of the smallest machine; the default leaves one idle.
    maxWorkers: 2,
    pool: 'threads',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['./src/test/setup.ts'],
    // Class names stay readable, so that a failing query shows where it was.
    css: { modules: { classNameStrategy: 'non-scoped' } },
    restoreMocks: true,
    // A machine that does other work takes its time; a story that fails still fails.
    testTimeout: 180_000,
    // Its glue is rewritten on the way in.
    server: { deps: { inline: [/typst-ts-(web-compiler|renderer)/] } },
  },
});
