import { NativeSelect, TextInput } from '@mantine/core';
import { useId, useState } from 'react';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import classes from './ChoiceField.module.css';
import { type DayParts, partsOf, readDay } from './calendar';
import dateClasses from './DateField.module.css';
import { FieldLabel } from './FieldLabel';
import { type FieldProps, sensitive } from './fieldProps';
import { kept } from './standing';

interface Props extends FieldProps {
  /** `YYYY-MM-DD`, or empty. */
  readonly value: string;
  /** Empty while the boxes hold no day that exists. */
  readonly onChange: (value: string) => void;
}

/**
 * A day of the calendar in three boxes. The month is a word, so that 3/4 is
 * never taken for 4/3; the order follows the language.
 */
export function DateField({ label, hint, error, optional = false, value, onChange }: Props) {
  const t = useWords();
  const formats = useFormats();
  const id = useId();
  const [parts, setParts] = useState<DayParts>(() => partsOf(value));
  const [told, setTold] = useState(value);
  const [left, setLeft] = useState(false);
  // A value that did not come from these boxes replaces what is in them.
  if (value !== told) {
    setTold(value);
    setParts(partsOf(value));
  }

  const change = (next: DayParts) => {
    setParts(next);
    const read = readDay(next);
    const day = read.kind === 'day' ? read.value : '';
    setTold(day);
    if (day !== value) onChange(day);
  };

  const reading = readDay(parts);
  const empty = parts.year + parts.month + parts.day === '';
  const own =
    reading.kind === 'none'
      ? t('ui.noSuchDay')
      : reading.kind === 'incomplete' && left && !empty
        ? t('ui.dayIncomplete')
        : undefined;
  const shown = error ?? own;

  const month = (
    <NativeSelect
      key="month"
      label={t('ui.month')}
      value={parts.month}
      error={Boolean(shown)}
      onChange={(event) => change({ ...parts, month: event.currentTarget.value })}
    >
      <option value="">–</option>
      {formats.months().map((name, at) => (
        <option key={name} value={String(at + 1)}>
          {name}
        </option>
      ))}
    </NativeSelect>
  );
  const day = (
    <TextInput
      {...sensitive}
      {...kept}
      key="day"
      label={t('ui.day')}
      inputMode="numeric"
      maxLength={2}
      value={parts.day}
      error={Boolean(shown)}
      onChange={(event) => change({ ...parts, day: event.currentTarget.value.trim() })}
    />
  );

  return (
    <fieldset
      className={classes['group']}
      aria-describedby={`${id}-hint ${id}-error`}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setLeft(true);
      }}
    >
      <legend className={classes['legend']}>
        <FieldLabel label={label} optional={optional} />
      </legend>
      {hint ? (
        <p id={`${id}-hint`} className={classes['hint']}>
          {hint}
        </p>
      ) : null}
      <div className={dateClasses['boxes']} data-language={formats.language}>
        {formats.language === 'en' ? [month, day] : [day, month]}
        <TextInput
          {...sensitive}
          {...kept}
          label={t('ui.year')}
          inputMode="numeric"
          maxLength={4}
          value={parts.year}
          error={Boolean(shown)}
          onChange={(event) => change({ ...parts, year: event.currentTarget.value.trim() })}
        />
      </div>
      <p id={`${id}-error`} className={classes['error']} role="status">
        {shown ?? ''}
      </p>
    </fieldset>
  );
}
