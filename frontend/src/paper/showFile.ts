import { makePaper } from './makePaper';
import type { Sheet, SheetFile } from './sheet';
import { type PagePicture, showPages } from './showPages';

/**
 * Draws the pages of a PDF that somebody has brought, as pictures. It is drawn by the
 * typesetter in its worker, which runs nothing that lies in it. Rejects with a PaperError
 * where it cannot be drawn.
 */
export async function showFile(
  content: Uint8Array,
  pages: number,
  signal: AbortSignal,
): Promise<readonly PagePicture[]> {
  const file: SheetFile = { format: 'pdf', content };
  const sheet: Sheet = {
    title: '',
    author: '',
    size: 'us-letter',
    files: [file],
    papers: [
      {
        language: 'en',
        wide: false,
        sender: '',
        foot: '',
        pageOf: '',
        bare: true,
        blocks: Array.from({ length: pages }, (_, page) => ({
          kind: 'scan' as const,
          file: 0,
          page: page + 1,
          words: '',
          alt: '',
        })),
      },
    ],
  };
  const made = await makePaper(sheet, true, signal);
  const shown = await showPages(made.pages, pages, signal, () => {});
  return shown.pages;
}
