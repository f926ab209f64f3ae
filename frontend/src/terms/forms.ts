import type { FormRow } from '../door/shapes';
import type { Language } from '../i18n/i18n';

/** Whom a form is for. */
export interface Signer {
  readonly language: Language;
  readonly minor: boolean;
}

/**
 * The form that fits somebody: the newest in use, in the language and for the age, or
 * undefined where the clinic has none. Another language or another age is never taken
 * instead: who signs has to be able to read it, and has to be the one whom it asks.
 */
export function formFor(
  { language, minor }: Signer,
  forms: readonly FormRow[],
): FormRow | undefined {
  const variant = minor ? 'minor' : '';
  return forms.find((f) => !f.retired && f.language === language && f.variant === variant);
}
