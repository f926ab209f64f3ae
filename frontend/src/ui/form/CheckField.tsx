import { Checkbox } from '@mantine/core';

interface Props {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

/** A yes or no. */
export function CheckField({ label, hint, error, checked, onChange }: Props) {
  return (
    <Checkbox
      label={label}
      description={hint}
      error={error}
      checked={checked}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}
