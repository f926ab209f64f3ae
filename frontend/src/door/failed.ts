import { codeOf } from './error';

/** What ends a look: it is gone, or no longer for this person. */
const over = new Set(['app.not_found', 'app.forbidden', 'app.locked']);

/**
 * Whether a look failed so that nothing of it may be shown. A later look that only could
 * not be had leaves the screen as it is: a form may be half filled above it.
 */
export function failed(look: { readonly error: unknown; readonly data: unknown }): boolean {
  if (!look.error) return false;
  return look.data === undefined || over.has(codeOf(look.error));
}
