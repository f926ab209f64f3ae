/** Why no paper came. */
export type PaperTrouble =
  /** Some characters can be drawn by no font; the person decides. */
  | { readonly kind: 'missing'; readonly missing: readonly string[] }
  /** The typesetter could not be brought or did not finish. */
  | { readonly kind: 'failed' };

export class PaperError extends Error {
  constructor(readonly trouble: PaperTrouble) {
    super(`paper: ${trouble.kind}`);
  }
}
