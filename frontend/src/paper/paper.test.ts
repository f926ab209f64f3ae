import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingFrom } from './coverage';
import template from './paper.typ?raw';
import { blocks, isolated, lettersOf, type Paper, type Sheet } from './sheet';
import { type Tools, type Typeset, typeset } from './typeset';

// Vite gives the address of a file; here the files themselves are read.
const require = createRequire(import.meta.url);

/** The native typesetter, which can be asked for PDF/UA. It is to be had for Linux on x64. */
interface Native {
  readonly NodeCompiler: {
    create(options: { workspace: string; fontArgs: { fontBlobs: Buffer[] }[] }): {
      addSource(path: string, text: string): void;
      mapShadow(path: string, content: Buffer): void;
      pdf(source: { mainFilePath: string }, options: { pdfStandard: string }): Buffer;
    };
  };
}
function native(): Native | null {
  try {
    return require('@myriaddreamin/typst-ts-node-compiler-linux-x64-gnu') as Native;
  } catch {
    return null;
  }
}
const checker = native();
const google = (name: string) => require.resolve(`@expo-google-fonts/${name}`);
const fontFiles = [
  google('noto-sans/400Regular/NotoSans_400Regular.ttf'),
  google('noto-sans/700Bold/NotoSans_700Bold.ttf'),
  google('noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf'),
  google('noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf'),
];
const families = ['Noto Sans', 'Noto Sans', 'Noto Sans Arabic', 'Noto Sans Hebrew'];

const read = (file: string) => new Uint8Array(readFileSync(file));
const tools: Tools = {
  code: read(require.resolve('@myriaddreamin/typst-ts-web-compiler/wasm')),
  fonts: fontFiles.map(read),
  families,
};

const names = ['Nguyễn Thị Ánh', 'Łukasz Żółć', 'شذى الحسن', 'שרה לוי'];
const phone = isolated('(303) 555-0142');

const square =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><path d="M0 0h1v1h-1z"/></svg>';

/** One paper that has every kind of block. */
const everything: Paper = {
  language: 'es',
  wide: false,
  sender: 'Clínica Sauce · (303) 555-0100',
  foot: 'Constancia · AB123-4CDEF-7K2M',
  pageOf: 'Página {page} de {of}',
  blocks: [
    blocks.title('Consentimiento'),
    blocks.text('No *todo* es #formato: [así], $a$ y <b>.'),
    blocks.heading('Paciente'),
    blocks.facts(names.map((name, n) => [`Nombre ${n}`, `${name} ${phone}`])),
    blocks.list(['Uno', 'Dos']),
    blocks.boxes([
      ['Citas', true],
      ['Otro', false],
    ]),
    blocks.lines(
      [
        { label: 'Firma', width: 3 },
        { label: 'Fecha', value: '3 de marzo' },
      ],
      true,
    ),
    { kind: 'picture', drawing: square, alt: 'Firma de la madre', height: 2 },
    blocks.table(
      ['Día', 'Qué'],
      [1, 3],
      Array.from({ length: 90 }, (_, n) => [`${n}`, 'Pedido']),
    ),
    {
      kind: 'code',
      label: 'Código',
      code: 'AB123-4CDEF-7K2M',
      hint: '',
      square,
      alt: 'Código AB123',
    },
  ],
};

const sheet: Sheet = {
  title: 'Constancia de consentimiento',
  author: 'Clínica Sauce',
  size: 'us-letter',
  papers: [
    everything,
    { ...everything, language: 'en', wide: true, pageOf: 'Page {page} of {of}' },
  ],
};

describe('a paper', () => {
  let made: Typeset;
  const folder = mkdtempSync(join(tmpdir(), 'paper-'));
  const file = join(folder, 'paper.pdf');
  const poppler = (tool: string, ...args: string[]) =>
    execFileSync(tool, [...args, file, ...(tool === 'pdftotext' ? ['-'] : [])], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });

  beforeAll(async () => {
    made = await typeset(sheet, tools);
    writeFileSync(file, made.pdf);
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is tagged and has its title, and names nobody but the clinic', () => {
    const info = poppler('pdfinfo');
    expect(info).toMatch(/^Tagged: +yes$/m);
    expect(info).toMatch(/^Title: +Constancia de consentimiento$/m);
    expect(info).toMatch(/^Author: +Clínica Sauce$/m);
    expect(info).toMatch(/^Page size: +612 x 792 pts/m);
    expect(info).not.toMatch(/CreationDate/);
  });

  it('carries the fonts that it needs', () => {
    const fonts = poppler('pdffonts').split('\n').slice(2).filter(Boolean);
    expect(fonts.length).toBeGreaterThanOrEqual(4);
    for (const font of fonts) expect(font).toMatch(/ yes yes yes /); // embedded, subset, unicode
  });

  it('is read in order, headings, lists and tables as what they are', () => {
    const tree = poppler('pdfinfo', '-struct-text');
    for (const tag of ['H1', 'H2', 'L', 'LI', 'Table', 'THead', 'TH', 'TD', 'Figure']) {
      expect(tree, tag).toMatch(new RegExp(`^ *${tag}\\b`, 'm'));
    }
    // A table over several pages is one, and its head is read once.
    expect(tree.match(/^ *Table\b/gm)).toHaveLength(2);
    expect(tree.match(/"Qué"/g)).toHaveLength(2);
  });

  it('can be copied from: words as they were given, and which page of how many', () => {
    const text = poppler('pdftotext', '-layout');
    expect(text).toContain('No *todo* es #formato: [así], $a$ y <b>.');
    expect(text).toContain('Nguyễn Thị Ánh');
    expect(text).toContain('(303) 555-0142');
    const pages = [...text.matchAll(/Página (\d+) de (\d+)/g)].map((m) => [m[1], m[2]]);
    expect(pages.length).toBeGreaterThan(2);
    pages.forEach(([page, of], n) => {
      expect([page, of]).toEqual([`${n + 1}`, `${pages.length}`]);
    });
    expect(text).toMatch(/Page 1 of \d/);
  });

  // Elsewhere nothing can be asked for PDF/UA.
  it.skipIf(!checker)('passes the typesetter’s own check of accessible PDFs', () => {
    if (!checker) return;
    const strict = checker.NodeCompiler.create({
      workspace: folder,
      fontArgs: [{ fontBlobs: fontFiles.map((f) => readFileSync(f)) }],
    });
    strict.addSource(join(folder, 'paper.typ'), template);
    strict.mapShadow(
      join(folder, 'sheet.json'),
      Buffer.from(JSON.stringify({ ...sheet, fonts: families })),
    );
    const pdf = strict.pdf({ mainFilePath: join(folder, 'paper.typ') }, { pdfStandard: 'ua-1' });
    expect(pdf.length).toBeGreaterThan(10_000);
  });
});

describe('the fonts', () => {
  it('tell which characters nobody can draw', () => {
    expect(missingFrom(lettersOf(sheet), tools.fonts)).toEqual([]);
    expect(missingFrom('王小明 王', tools.fonts)).toEqual(['王', '小', '明']);
    expect(missingFrom('a\u0301 \u2066x\u2069\n\u200d', tools.fonts)).toEqual([]);
    expect(missingFrom('a', [new Uint8Array(20)])).toEqual(['a']);
  });
});
