import { Textarea, TextInput } from '@mantine/core';
import type { Ref } from 'react';
import { FieldLabel } from './FieldLabel';
import { type FieldProps, sensitive } from './fieldProps';
import { kept } from './standing';

interface Props extends FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  /** Which keys a touch screen offers. */
  readonly keys?: 'text' | 'tel' | 'numeric' | 'email';
  /** More than one line. */
  readonly long?: boolean;
  /** The longest value taken, in UTF-16 units. */
  readonly maxLength?: number;
  readonly autoFocus?: boolean;
  readonly inputRef?: Ref<HTMLInputElement>;
}

/** A field for words. The browser remembers nothing of it. */
export function TextField({
  label,
  hint,
  error,
  optional = false,
  value,
  onChange,
  placeholder,
  keys = 'text',
  long = false,
  maxLength,
  autoFocus = false,
  inputRef,
}: Props) {
  const shared = {
    ...sensitive,
    ...kept,
    label: <FieldLabel label={label} optional={optional} />,
    description: hint,
    error,
    value,
    placeholder,
    maxLength,
    'data-autofocus': autoFocus || undefined,
    'aria-required': !optional,
  };
  if (long) {
    return (
      <Textarea
        {...shared}
        autosize
        minRows={3}
        maxRows={10}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  return (
    <TextInput
      {...shared}
      {...(inputRef ? { ref: inputRef } : {})}
      inputMode={keys}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
