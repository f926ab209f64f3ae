import { expect, test } from 'vitest';

const sources = import.meta.glob<string>('../{app,features}/**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** A file and those of its own folder that it is made of. */
function madeOf(path: string, found = new Set<string>()): Set<string> {
  const source = sources[path];
  if (source === undefined || found.has(path)) return found;
  found.add(path);
  const folder = path.slice(0, path.lastIndexOf('/'));
  for (const [, name] of source.matchAll(/from '\.\/(\w+)'/g)) {
    for (const end of ['.tsx', '.ts']) madeOf(`${folder}/${name}${end}`, found);
  }
  return found;
}

const papers = Object.keys(sources).filter(
  (path) => !path.includes('.test.') && /<PrintedPaper\b/.test(sources[path] ?? ''),
);

/** The formats that leave out the year, or the day, where now says it. */
const short = /\b(dateTime|timeOrDay|timeAndZone|time|short|relative|dayHeading)\(/;

test.each(papers)('%s names the year of every day on it', (paper) => {
  for (const path of madeOf(paper)) {
    const formats = [...(sources[path] ?? '').matchAll(/\bformats\.\w+\(/g)].map(([call]) => call);
    expect(
      formats.filter((call) => short.test(call)),
      path,
    ).toEqual([]);
  }
});

test('the papers are found', () => {
  expect(papers.length).toBeGreaterThan(3);
});
