/**
 * What is handed to the typesetter: papers made of a few kinds of blocks, in the
 * order in which they are read. All words are ready; `paper.typ` draws them.
 */
export interface Sheet {
  /** The title that a reader of PDFs shows, and its author: the clinic. */
  readonly title: string;
  readonly author: string;
  readonly size: PaperSize;
  readonly papers: readonly Paper[];
  /** What pages and scans are drawn from. */
  readonly files?: readonly SheetFile[];
}

/** A file that stands on a paper, as it came. */
export interface SheetFile {
  readonly format: 'pdf' | 'png' | 'jpg';
  readonly content: Uint8Array;
}

export type PaperSize = 'us-letter' | 'a4';

export interface Paper {
  readonly language: 'en' | 'es';
  /** Whether the longer side lies. */
  readonly wide: boolean;
  /** Who sends it, above the title. */
  readonly sender: string;
  /** What stands at the foot of each page, beside its number. */
  readonly foot: string;
  /** "Page {page} of {of}". */
  readonly pageOf: string;
  readonly blocks: readonly Block[];
  /** Nothing but the pages of a file, as large as they are and without a foot. */
  readonly bare?: boolean;
}

export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: 'text'; readonly text: string; readonly quiet: boolean }
  /** Terms with their values; `share` is the part of the width that the terms take, in per cent. */
  | {
      readonly kind: 'facts';
      readonly share: number;
      readonly rows: readonly (readonly [string, string])[];
    }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  /** Things to tick. */
  | {
      readonly kind: 'boxes';
      readonly columns: number;
      readonly items: readonly (readonly [string, boolean])[];
    }
  /** Places to write on, side by side, with what stands there already. */
  | {
      readonly kind: 'lines';
      readonly labels: readonly string[];
      readonly values: readonly string[];
      readonly widths: readonly number[];
      readonly tall: boolean;
    }
  | {
      readonly kind: 'table';
      readonly head: readonly string[];
      readonly widths: readonly number[];
      readonly rows: readonly (readonly string[])[];
    }
  /** A record code; `square` is an SVG of its QR code. */
  | {
      readonly kind: 'code';
      readonly label: string;
      readonly code: string;
      readonly hint: string;
      readonly square: string;
      readonly alt: string;
    }
  /** A page of a file of the sheet, on a page of its own under its words. */
  | {
      readonly kind: 'scan';
      readonly file: number;
      readonly page: number;
      readonly words: string;
      readonly alt: string;
    }
  /** Less than a page that is never divided, such as what is signed and where. */
  | { readonly kind: 'together'; readonly blocks: readonly Block[] }
  /** A drawing as SVG, such as a signature, `height` centimetres high. */
  | {
      readonly kind: 'picture';
      readonly drawing: string;
      readonly alt: string;
      readonly height: number;
    };

const heading = (level: 1 | 2 | 3, text: string): Block => ({ kind: 'heading', level, text });
const plain = (text: string): Block => ({ kind: 'text', text, quiet: false });
const quiet = (text: string): Block => ({ kind: 'text', text, quiet: true });

export const blocks = {
  title: (text: string) => heading(1, text),
  heading: (text: string) => heading(2, text),
  text: plain,
  quiet,
  facts: (rows: readonly (readonly [string, string])[], share = 30): Block => ({
    kind: 'facts',
    share,
    rows,
  }),
  together: (blocks: readonly Block[]): Block => ({ kind: 'together', blocks }),
  list: (items: readonly string[]): Block => ({ kind: 'list', items }),
  boxes: (items: readonly (readonly [string, boolean])[], columns = 2): Block => ({
    kind: 'boxes',
    columns,
    items,
  }),
  lines: (
    places: readonly { label: string; value?: string; width?: number }[],
    tall = false,
  ): Block => ({
    kind: 'lines',
    labels: places.map((p) => p.label),
    values: places.map((p) => p.value ?? ''),
    widths: places.map((p) => p.width ?? 1),
    tall,
  }),
  table: (
    head: readonly string[],
    widths: readonly number[],
    rows: readonly (readonly string[])[],
  ): Block => ({
    kind: 'table',
    head,
    widths,
    rows,
  }),
} as const;

/**
 * A number or a code as it is read from left to right, also within words that are
 * not: the marks around it are invisible.
 */
export function isolated(text: string): string {
  return `\u2066${text}\u2069`;
}

/** All that is to be drawn as letters, for the choice of fonts. */
export function lettersOf(sheet: Sheet): string {
  const all: string[] = [];
  const gather = (value: unknown, name: string): void => {
    if (name === 'square' || name === 'drawing' || name === 'files') return; // pictures bring no letters
    if (typeof value === 'string') all.push(value);
    else if (value !== null && typeof value === 'object') {
      for (const [key, inner] of Object.entries(value)) gather(inner, key);
    }
  };
  gather(sheet, '');
  return all.join('\n');
}
