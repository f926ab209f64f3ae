import init, { TypstCompilerBuilder } from '@myriaddreamin/typst-ts-web-compiler';
import template from './paper.typ?raw';
import type { Sheet } from './sheet';

/** What the typesetter works with. */
export interface Tools {
  /** Its WebAssembly. */
  readonly code: Uint8Array<ArrayBuffer>;
  readonly fonts: readonly Uint8Array<ArrayBuffer>[];
  /** The families of the fonts, in the order in which they are tried. */
  readonly families: readonly string[];
}

/** A paper as a tagged PDF, and as the pages that a screen shows. */
export interface Typeset {
  readonly pdf: Uint8Array;
  readonly pages: Uint8Array;
}

/**
 * Sets a sheet. It runs for seconds and takes hundreds of megabytes, which are
 * given back with the worker that it runs in. A sheet cannot be wrong, whatever
 * stands on it: an error is a mistake of the program.
 */
export async function typeset(sheet: Sheet, tools: Tools): Promise<Typeset> {
  await init({ module_or_path: tools.code });
  const builder = new TypstCompilerBuilder();
  builder.set_dummy_access_model();
  for (const font of tools.fonts) await builder.add_raw_font(font);
  const compiler = await builder.build();
  compiler.add_source('/paper.typ', template);
  const { files = [], ...words } = sheet;
  const data = {
    ...words,
    fonts: [...new Set(tools.families)],
    files: files.map(({ format }, n) => `/file-${n}.${format}`),
  };
  files.forEach(({ format, content }, n) => {
    compiler.map_shadow(`/file-${n}.${format}`, content);
  });
  compiler.map_shadow('/sheet.json', new TextEncoder().encode(JSON.stringify(data)));
  return { pdf: made(compiler, 'pdf'), pages: made(compiler, 'vector') };
}

type Compiler = Awaited<ReturnType<TypstCompilerBuilder['build']>>;

function made(compiler: Compiler, format: 'pdf' | 'vector'): Uint8Array {
  // 1 asks for what went wrong as data; its words can quote the sheet and go nowhere.
  const answer: unknown = compiler.compile('/paper.typ', null, format, 1);
  const result = (answer as { result?: unknown } | null)?.result;
  if (!(result instanceof Uint8Array)) throw new Error('The paper could not be set.');
  return result;
}
