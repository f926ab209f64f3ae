/**
 * Which characters a font can draw, read from its `cmap` table (formats 4 and 12,
 * which every font of today has for Unicode). A font that cannot be read draws
 * nothing.
 */
export function charactersOf(font: Uint8Array): (character: number) => boolean {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const ranges: (readonly [number, number])[] = [];
  try {
    const table = tableAt(view, 'cmap');
    for (let n = 0; n < view.getUint16(table + 2); n++) {
      const at = table + view.getUint32(table + 4 + 8 * n + 4);
      if (view.getUint16(at) === 4) ranges.push(...segments(view, at));
      if (view.getUint16(at) === 12) ranges.push(...groups(view, at));
    }
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    return () => false;
  }
  const known = new Set<number>();
  for (const [from, to] of ranges) for (let c = from; c <= to; c++) known.add(c);
  return (character) => known.has(character);
}

function tableAt(view: DataView, name: string): number {
  for (let n = 0; n < view.getUint16(4); n++) {
    const entry = 12 + 16 * n;
    const tag = String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(entry + i)));
    if (tag === name) return view.getUint32(entry + 8);
  }
  throw new RangeError(`The font has no table ${name}`);
}

/** Format 4: segments of the first 65,536 characters; one may map some of its own to nothing. */
function segments(view: DataView, at: number): (readonly [number, number])[] {
  const twice = view.getUint16(at + 6);
  const ends = at + 14;
  const starts = ends + twice + 2;
  const deltas = starts + twice;
  const offsets = deltas + twice;
  const found: (readonly [number, number])[] = [];
  for (let n = 0; n < twice; n += 2) {
    const from = view.getUint16(starts + n);
    const to = view.getUint16(ends + n);
    const delta = view.getUint16(deltas + n);
    const offset = view.getUint16(offsets + n);
    for (let c = from; c <= to && c < 0xffff; c++) {
      const stored = offset === 0 ? c : view.getUint16(offsets + n + offset + 2 * (c - from));
      if (stored !== 0 && ((stored + delta) & 0xffff) !== 0) found.push([c, c]);
    }
  }
  return found;
}

/** Format 12: groups over all characters. */
function groups(view: DataView, at: number): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  for (let n = 0; n < view.getUint32(at + 12); n++) {
    const group = at + 16 + 12 * n;
    found.push([view.getUint32(group), view.getUint32(group + 4)]);
  }
  return found;
}

/** Characters that are not drawn: spaces, controls, joiners and marks of direction. */
const undrawn = /[\s\p{Cc}\p{Cf}\p{Zs}\p{Variation_Selector}]/u;

/** The characters that none of the fonts can draw, each once, in order of appearance. */
export function missingFrom(text: string, fonts: readonly Uint8Array[]): string[] {
  const draws = fonts.map(charactersOf);
  const missing = new Set<string>();
  for (const character of new Set(text.normalize('NFC'))) {
    if (undrawn.test(character)) continue;
    const code = character.codePointAt(0) ?? 0;
    if (!draws.some((has) => has(code))) missing.add(character);
  }
  return [...missing];
}
