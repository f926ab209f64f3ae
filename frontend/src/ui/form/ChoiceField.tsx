import { useId } from 'react';
import classes from './ChoiceField.module.css';
import { FieldLabel } from './FieldLabel';
import type { FieldProps } from './fieldProps';

/** One of a few things to choose, with a line about it. */
export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly hint?: string;
}

interface Props<T extends string> extends FieldProps {
  readonly value: T | '';
  readonly choices: readonly Choice<T>[];
  readonly onChange: (value: T) => void;
  /** Side by side, for short words. */
  readonly inline?: boolean;
}

/** One of a few, all in sight. The arrow keys move between them. */
export function ChoiceField<T extends string>({
  label,
  hint,
  error,
  optional = false,
  value,
  choices,
  onChange,
  inline = false,
}: Props<T>) {
  const id = useId();
  return (
    <fieldset
      className={classes['group']}
      aria-describedby={`${id}-hint ${id}-error`}
      aria-invalid={error ? true : undefined}
    >
      <legend className={classes['legend']}>
        <FieldLabel label={label} optional={optional} />
      </legend>
      {hint ? (
        <p id={`${id}-hint`} className={classes['hint']}>
          {hint}
        </p>
      ) : null}
      <div className={classes['choices']} data-inline={inline || undefined}>
        {choices.map((c) => (
          <label key={c.value} className={classes['choice']}>
            <input
              type="radio"
              className={classes['radio']}
              name={id}
              value={c.value}
              checked={c.value === value}
              onChange={() => onChange(c.value)}
            />
            <span>
              <span className={classes['label']}>{c.label}</span>
              {c.hint ? <span className={classes['line']}>{c.hint}</span> : null}
            </span>
          </label>
        ))}
      </div>
      {error ? (
        <p id={`${id}-error`} className={classes['error']}>
          {error}
        </p>
      ) : null}
    </fieldset>
  );
}
