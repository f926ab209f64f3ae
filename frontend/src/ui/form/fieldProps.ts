/** What every field has. */
export interface FieldProps {
  readonly label: string;
  /** How to fill it in; stands above it and is read with it. */
  readonly hint?: string | undefined;
  /** What to change, as a sentence. Its presence marks the field. */
  readonly error?: string | undefined;
  /** Says so beside the label; fields are needed unless they say this. */
  readonly optional?: boolean;
}

/**
 * For fields that hold something about a patient or a secret: the browser
 * neither remembers nor corrects them, and sends them to no spelling service.
 */
export const sensitive = {
  autoComplete: 'off',
  autoCorrect: 'off',
  autoCapitalize: 'off',
  spellCheck: false,
} as const;
