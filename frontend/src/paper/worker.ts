import { missingFrom } from './coverage';
import type { Sheet } from './sheet';
import { lettersOf } from './sheet';
import { type Tools, type Typeset, typeset } from './typeset';

/** What the worker is told: one paper, after which it is ended. */
export interface Order {
  readonly sheet: Sheet;
  readonly tools: Tools;
  /** Sets the paper although some characters cannot be drawn. */
  readonly despite: boolean;
}

/** What it answers: the paper, or the characters that no font draws, or neither. */
export type Delivery =
  | { readonly kind: 'made'; readonly made: Typeset; readonly missing: readonly string[] }
  | { readonly kind: 'missing'; readonly missing: readonly string[] }
  | { readonly kind: 'failed' };

async function deliver({ sheet, tools, despite }: Order): Promise<Delivery> {
  const missing = missingFrom(lettersOf(sheet), tools.fonts);
  if (missing.length > 0 && !despite) return { kind: 'missing', missing };
  return { kind: 'made', made: await typeset(sheet, tools), missing };
}

self.onmessage = (order: MessageEvent<Order>) => {
  deliver(order.data).then(
    (delivery) => self.postMessage(delivery),
    // What went wrong can quote the paper.
    () => self.postMessage({ kind: 'failed' } satisfies Delivery),
  );
};
