import { expect, test } from 'vitest';
import * as parts from '..';

const pages = import.meta.glob<string>('./*.tsx', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const source = Object.values(pages).join('\n');

/** Parts without a look of their own, and those that only stand inside another. */
const elsewhere = new Set([
  'About',
  'NowProvider',
  'ToastProvider',
  'ConsentIcon',
  'MessageState',
  'PrintedPaper',
]);

const shown = Object.keys(parts).filter((name) => /^[A-Z]/.test(name) && !elsewhere.has(name));

test.each(shown)('%s stands in the gallery', (name) => {
  expect(source).toMatch(new RegExp(`<${name}\\b`));
});
