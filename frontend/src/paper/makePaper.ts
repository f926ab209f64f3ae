import compiler from 'packed:@myriaddreamin/typst-ts-web-compiler/wasm';
import { brought } from './brought';
import { fontsFor } from './fonts';
import { lettersOf, type Sheet } from './sheet';
import { PaperError } from './trouble';
import type { Delivery, Order } from './worker';

/** A paper, as it is printed and as it is saved. */
export interface MadePaper {
  /** A PDF with tags, as the typesetter made it. */
  readonly pdf: Uint8Array;
  /** The pages, for `showPages`. */
  readonly pages: Uint8Array;
  /** Characters that are boxes on it. */
  readonly missing: readonly string[];
}

/**
 * Sets a sheet in a worker of its own, which is ended with it: its memory would
 * not shrink, and it has held patients' names. Rejects with a PaperError, or with
 * the reason of the signal.
 */
export async function makePaper(
  sheet: Sheet,
  despite: boolean,
  signal: AbortSignal,
): Promise<MadePaper> {
  const wanted = fontsFor(lettersOf(sheet));
  const [code, ...fonts] = await Promise.all(
    [compiler, ...wanted.map((font) => font.address)].map((address) => brought(address, signal)),
  );
  if (!code) throw new PaperError({ kind: 'failed' });
  signal.throwIfAborted();
  const order: Order = {
    sheet,
    tools: { code, fonts, families: wanted.map((font) => font.family) },
    despite,
  };
  const delivery = await delivered(order, signal);
  if (delivery.kind !== 'made') throw new PaperError(delivery);
  return { ...delivery.made, missing: delivery.missing };
}

function delivered(order: Order, signal: AbortSignal): Promise<Delivery> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  return new Promise<Delivery>((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    worker.onmessage = ({ data }: MessageEvent<Delivery>) => resolve(data);
    worker.onerror = () => resolve({ kind: 'failed' });
    worker.onmessageerror = () => resolve({ kind: 'failed' });
    worker.postMessage(
      order,
      [order.tools.code, ...order.tools.fonts].map(({ buffer }) => buffer),
    );
  }).finally(() => worker.terminate());
}
