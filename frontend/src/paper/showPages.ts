import renderer from 'packed:@myriaddreamin/typst-ts-renderer/pkg/typst_ts_renderer_bg.wasm';
import init, {
  RenderPageImageOptions,
  TypstRendererBuilder,
} from '@myriaddreamin/typst-ts-renderer';
import { brought } from './brought';

/** How fine a page is drawn: dots for each of its points, 72 of which are an inch. */
const dots = { few: 200 / 72, many: 150 / 72 } as const;
/** Beyond so many pages they are drawn less finely: each waits as a picture. */
const many = 20;

/** One page as a picture, and how large it is on paper. */
export interface PagePicture {
  readonly picture: Blob;
  readonly widthPoints: number;
  readonly heightPoints: number;
}

/** The first pages as pictures, and how many there are. */
export interface Shown {
  readonly count: number;
  readonly pages: readonly PagePicture[];
}

/**
 * Draws the first pages as pictures, one after another, so that the window can print them
 * from memory: no file is written, and no frame is needed, which the page's policy
 * refuses.
 */
export async function showPages(
  pages: Uint8Array,
  most: number,
  signal: AbortSignal,
  at: (done: number, of: number) => void,
): Promise<Shown> {
  await init({ module_or_path: await brought(renderer, signal) });
  const drawer = await new TypstRendererBuilder().build();
  const session = drawer.session_from_artifact(pages, 'vector');
  try {
    const info = session.pages_info;
    const count = info.page_count;
    const drawn: PagePicture[] = [];
    const wanted = Math.min(count, most);
    for (let n = 0; n < wanted; n++) {
      signal.throwIfAborted();
      at(n, wanted);
      const { width_pt, height_pt } = info.page(n);
      const perPoint = count > many ? dots.many : dots.few;
      const canvas = document.createElement('canvas');
      canvas.width = Math.ceil(width_pt * perPoint);
      canvas.height = Math.ceil(height_pt * perPoint);
      const options = new RenderPageImageOptions();
      options.page_off = n;
      options.pixel_per_pt = perPoint;
      options.background_color = '#ffffff';
      await drawer.render_page_to_canvas(session, canvas.getContext('2d'), options);
      drawn.push({
        picture: await pictureOf(canvas),
        widthPoints: width_pt,
        heightPoints: height_pt,
      });
      canvas.width = 0; // gives its memory back now
    }
    at(wanted, wanted);
    return { count, pages: drawn };
  } finally {
    session.free();
    drawer.free();
  }
}

function pictureOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png');
  });
}
