const grounds = 8;

/** Scripts that write a name without letters of two sizes, family name first. */
const oneSign = /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** Scripts whose letters join: two of them apart would not be read as initials. */
const joined = /^[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Thai}]/u;

const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

const first = (word: string): string =>
  segments.segment(word)[Symbol.iterator]().next().value?.segment ?? '';

/**
 * One or two letters that stand for a name: the first of the first and the last
 * word; one sign in Chinese, Korean and Japanese and in scripts whose letters
 * join. Words without a letter (a number, a dash) are passed over.
 */
export function initials(name: string): string {
  const words = name
    .normalize('NFC')
    .split(/[\s\u00a0]+/u)
    .map((w) => w.replace(/^[^\p{L}]+/u, ''))
    .filter(Boolean);
  const [start, end] = [words.at(0), words.at(-1)];
  if (start === undefined || end === undefined) return '';
  if (oneSign.test(start) || joined.test(start) || words.length === 1) {
    return first(start).toLocaleUpperCase('en');
  }
  return (first(start) + first(end)).toLocaleUpperCase('en');
}

/** The ground of a name: the same on every machine (FNV-1a, 32 bit). */
export function hue(name: string): number {
  let hash = 0x811c9dc5;
  for (const unit of name.normalize('NFC')) {
    hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return hash % grounds;
}
