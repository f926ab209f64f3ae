import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Every file under a folder, at whatever depth. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name));
}

/**
 * The files of a folder that hold one of the words, in UTF-8 or UTF-16 and in
 * any case, as `file: word`. Files that go while it looks hold nothing.
 */
export async function filesHolding(
  folder: string,
  words: readonly string[],
): Promise<readonly string[]> {
  const sought = words.map((word) => ({
    word,
    // Latin-1 gives each byte a character of its own, so that case can be folded.
    forms: [Buffer.from(word, 'utf8'), Buffer.from(word, 'utf16le')].map((b) =>
      b.toString('latin1').toLowerCase(),
    ),
  }));
  const found: string[] = [];
  for (const path of await filesIn(folder)) {
    const content = await readFile(path).catch(() => Buffer.alloc(0));
    const text = content.toString('latin1').toLowerCase();
    for (const { word, forms } of sought) {
      if (forms.some((form) => text.includes(form)))
        found.push(`${relative(folder, path)}: ${word}`);
    }
  }
  return found;
}

/** Every file of a folder with the hash of what it holds. */
export async function fingerprint(folder: string): Promise<ReadonlyMap<string, string>> {
  const sums = new Map<string, string>();
  for (const path of await filesIn(folder)) {
    const sum = createHash('sha256').update(await readFile(path));
    sums.set(relative(folder, path), sum.digest('hex'));
  }
  return sums;
}
