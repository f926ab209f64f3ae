import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const prefix = 'packed:';
const folder = import.meta.dirname;
const require = createRequire(import.meta.url);

/**
 * What the typesetter is made of, for the program: its WebAssembly and the fonts,
 * compressed, since they are most of what the screens weigh. `packed:NAME` is the
 * address of such a file. While the screens are served unbuilt the address is that
 * of the file itself.
 *
 * The glue of the two WebAssembly packages makes functions out of words, which the
 * page's policy refuses for good reason, and imports files by address. Both are
 * replaced; a body that is not known stops the paper instead of running.
 */
export function paperAssets(): Plugin {
  let building = false;
  return {
    name: 'paper-assets',
    enforce: 'pre',
    configResolved: (config) => {
      building = config.command === 'build';
    },
    resolveId: (id) => (id.startsWith(prefix) ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return null;
      const file = locate(id.slice(prefix.length + 1));
      if (!building) return `export default ${JSON.stringify(`/@fs${file}`)};`;
      const content = readFileSync(file);
      const packed = file.endsWith('.gz');
      const ref = this.emitFile({
        type: 'asset',
        name: packed ? basename(file) : `${basename(file)}.gz`,
        source: packed ? content : gzipSync(content, { level: 9 }),
      });
      return `export default import.meta.ROLLUP_FILE_URL_${ref};`;
    },
    transform(code, id) {
      if (!/@myriaddreamin[\\/]typst-ts-[a-z-]+[\\/]pkg[\\/].*\.mjs$/.test(id)) return null;
      return { code: withoutMadeFunctions(code), map: null };
    },
  };
}

/** A file of this folder, or one of a package. */
function locate(name: string): string {
  return name.startsWith('./') ? join(folder, name) : require.resolve(name);
}

/** The bodies that the glue asks for, as they stand in the WebAssembly. */
const bodies = `
const __bodies = new Map([
  ['return this', () => globalThis],
  ['return 0', () => 0],
  ['return true', () => true],
  ['return path', (path) => path],
]);
function __known(body) {
  const known = __bodies.get(String(body).trim().replace(/;$/, ''));
  if (known) return known;
  return () => { throw new Error('The typesetter asked for a function that is not known.'); };
}
`;

function withoutMadeFunctions(code: string): string {
  const replaced = code
    .replaceAll(/new Function\('m', 'return import\(m\)'\)/g, 'undefined')
    .replaceAll(
      /new Function\((getStringFromWasm0\([^()]*\)), (getStringFromWasm0\([^()]*\))\)/g,
      '__known($2)',
    )
    .replaceAll(/new Function\((getStringFromWasm0\([^()]*\))\)/g, '__known($1)');
  if (/new Function\b|\beval\(/.test(replaced)) {
    throw new Error('The glue of the typesetter makes functions in a new way; see paperAssets.ts');
  }
  return replaced === code ? code : bodies + replaced;
}
