import { NativeSelect } from '@mantine/core';
import { FieldLabel } from './FieldLabel';
import type { FieldProps } from './fieldProps';

/** One thing to choose. */
export interface Option<T extends string> {
  readonly value: T;
  readonly label: string;
}

interface Props<T extends string> extends FieldProps {
  /** Empty while nothing is chosen. */
  readonly value: T | '';
  readonly options: readonly Option<T>[];
  readonly onChange: (value: T) => void;
  /** What stands there while nothing is chosen. */
  readonly placeholder?: string;
}

/** One of many, by the system's own list. */
export function SelectField<T extends string>({
  label,
  hint,
  error,
  optional = false,
  value,
  options,
  onChange,
  placeholder,
}: Props<T>) {
  return (
    <NativeSelect
      label={<FieldLabel label={label} optional={optional} />}
      description={hint}
      error={error}
      value={value}
      aria-required={!optional}
      onChange={(event) => {
        const chosen = options.find((o) => o.value === event.currentTarget.value);
        if (chosen) onChange(chosen.value);
      }}
    >
      {value === '' ? <option value="">{placeholder ?? ''}</option> : null}
      {options.map((o) => (
        <option key={o.value} value={o.value}>
          {o.label}
        </option>
      ))}
    </NativeSelect>
  );
}
