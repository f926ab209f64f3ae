import { NativeSelect } from '@mantine/core';
import { useId } from 'react';
import classes from './InlineSelect.module.css';
import type { Option } from './SelectField';

interface Props<T extends string> {
  /** Stands before it, on the same line. */
  readonly label: string;
  readonly value: T;
  readonly options: readonly Option<T>[];
  readonly onChange: (value: T) => void;
}

/** One of several on a single line, for a tool bar. In a form use SelectField. */
export function InlineSelect<T extends string>({ label, value, options, onChange }: Props<T>) {
  const id = useId();
  return (
    <div className={classes['inline']}>
      <label htmlFor={id} className={classes['label']}>
        {label}
      </label>
      <NativeSelect
        id={id}
        size="xs"
        value={value}
        data={options.map((o) => ({ value: o.value, label: o.label }))}
        onChange={(event) => {
          const chosen = options.find((o) => o.value === event.currentTarget.value);
          if (chosen) onChange(chosen.value);
        }}
      />
    </div>
  );
}
