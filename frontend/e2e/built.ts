import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { test as base, expect } from '@playwright/test';

/** The page policy of the shipped window. */
export const policy = (nonce: string): string =>
  [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob: data:",
    "connect-src 'self'",
    "frame-src 'none'",
  ].join('; ');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};

const dist = join(import.meta.dirname, '..', 'dist');

function serve(): Server {
  return createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    const name = path === '/' ? 'index.html' : path;
    readFile(join(dist, name)).then(
      (body) => {
        const nonce = randomBytes(16).toString('base64');
        response.setHeader('Content-Type', types[extname(name)] ?? 'application/octet-stream');
        response.setHeader('Content-Security-Policy', policy(nonce));
        response.end(
          name === 'index.html' ? body.toString('utf8').replaceAll('__NONCE__', nonce) : body,
        );
      },
      () => {
        response.statusCode = 404;
        response.end();
      },
    );
  });
}

interface Watch {
  /** What the page policy refused. */
  readonly refused: string[];
  /** What the page complained about or threw. */
  readonly complaints: string[];
}

/** Tests over the built page as the window serves it, without any doors behind it. */
export const test = base.extend<{ watch: Watch }, { site: string }>({
  site: [
    // biome-ignore lint/correctness/noEmptyPattern: the runner reads the pattern
    async ({}, use) => {
      const server = serve();
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      const address = server.address();
      if (address === null || typeof address === 'string')
        throw new Error('The server has no port');
      await use(`http://127.0.0.1:${address.port}`);
      await new Promise((done) => server.close(done));
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ site }, use) => {
    await use(site);
  },
  watch: async ({ page }, use) => {
    const watch: Watch = { refused: [], complaints: [] };
    await page.exposeFunction('__refused', (what: string) => watch.refused.push(what));
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        const report = (window as unknown as { __refused: (what: string) => void }).__refused;
        report(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}`);
      });
    });
    page.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return;
      // There are no doors behind this page; that they do not answer is right.
      if (/\/(door|changes)\b/.test(message.location().url)) return;
      watch.complaints.push(message.text());
    });
    page.on('pageerror', (error) => watch.complaints.push(error.message));
    await use(watch);
  },
});

export { expect };
