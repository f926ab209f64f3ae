import { useId } from 'react';
import { CheckField } from './CheckField';
import classes from './CheckGroup.module.css';

/** One of several things that can be ticked, with a line about it. */
export interface Check<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly hint?: string;
}

interface Props<T extends string> {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly checks: readonly Check<T>[];
  readonly value: readonly T[];
  readonly onChange: (value: readonly T[]) => void;
  /** Side by side, for short words. */
  readonly inline?: boolean;
}

/** Any number of a few, all in sight, in the order in which they stand. */
export function CheckGroup<T extends string>({
  label,
  hint,
  error,
  checks,
  value,
  onChange,
  inline = false,
}: Props<T>) {
  const id = useId();
  const set = (which: T, on: boolean) =>
    onChange(checks.map((c) => c.value).filter((v) => (v === which ? on : value.includes(v))));
  return (
    <fieldset className={classes['group']} aria-describedby={`${id}-hint ${id}-error`}>
      <legend className={classes['legend']}>{label}</legend>
      {hint ? (
        <p id={`${id}-hint`} className={classes['hint']}>
          {hint}
        </p>
      ) : null}
      <div className={classes['checks']} data-inline={inline || undefined}>
        {checks.map((check) => (
          <CheckField
            key={check.value}
            label={check.label}
            hint={check.hint}
            checked={value.includes(check.value)}
            onChange={(on) => set(check.value, on)}
          />
        ))}
      </div>
      <p id={`${id}-error`} className={classes['error']} role="status">
        {error ?? ''}
      </p>
    </fieldset>
  );
}
