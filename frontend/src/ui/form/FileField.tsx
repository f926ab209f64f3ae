import { Input } from '@mantine/core';
import { type DragEvent, useId, useState } from 'react';
import { useWords } from '../../i18n/I18nProvider';
import { Button } from '../control/Button';
import { FieldLabel } from './FieldLabel';
import { FileButton } from './FileButton';
import classes from './FileField.module.css';
import type { FieldProps } from './fieldProps';

interface Props extends FieldProps {
  /** The file that was chosen, or null. */
  readonly value: File | null;
  readonly onChange: (file: File | null) => void;
  /** What may be chosen, as an `accept` of HTML. What comes is judged by its content elsewhere. */
  readonly accept: string;
}

/** One file, chosen in the system's dialog or dropped here. Nothing is read of others. */
export function FileField({
  label,
  hint,
  error,
  optional = false,
  value,
  onChange,
  accept,
}: Props) {
  const t = useWords();
  const id = useId();
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) onChange(file);
  };
  return (
    <Input.Wrapper
      className={classes['field']}
      id={id}
      label={<FieldLabel label={label} optional={optional} />}
      description={hint}
      error={error}
      labelElement="div"
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a convenience beside the button */}
      <div
        className={classes['drop']}
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <FileButton label={label} accept={accept} onFile={onChange}>
          {t('ui.chooseFile')}
        </FileButton>
        <span className={classes['name']} role="status" dir="auto">
          {value ? value.name : t('ui.dropFile')}
        </span>
        {value ? (
          <Button kind="quiet" onClick={() => onChange(null)}>
            {t('ui.removeFile')}
          </Button>
        ) : null}
      </div>
    </Input.Wrapper>
  );
}
