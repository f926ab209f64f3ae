import { useState } from 'react';
import { useAction } from '../door/useAction';
import { useWords } from '../i18n/I18nProvider';
import { Button, ErrorState, TextField } from '../ui';
import classes from './PlaceField.module.css';

interface Props {
  /** What is chosen: any folder, or the file of a clinic that moves. */
  readonly kind: 'folder' | 'move';
  readonly label: string;
  readonly hint: string;
  readonly autoFocus?: boolean;
  readonly value: string;
  readonly onChange: (path: string) => void;
}

/** A place on the disk, by the system's dialog where there is one, and typed anywhere. */
export function PlaceField({ kind, label, hint, autoFocus = false, value, onChange }: Props) {
  const t = useWords();
  const folder = useAction('folder.choose');
  const file = useAction('move.chooseFile');
  const [typed, setTyped] = useState(false);
  const choose = async () => {
    const chosen = kind === 'folder' ? await folder.run({}) : await file.run({});
    if (!chosen) return;
    const path = 'folder' in chosen ? chosen.folder : chosen.file;
    if (chosen.typed) setTyped(true);
    else if (path) onChange(path);
  };
  const error = folder.error ?? file.error;
  return (
    <div className={classes['field']}>
      <TextField
        autoFocus={autoFocus}
        label={label}
        hint={hint}
        value={value}
        onChange={onChange}
      />
      <Button
        busy={folder.running || file.running}
        blocked={typed ? t('terms.place.typeIt') : undefined}
        onClick={() => choose()}
      >
        {t('terms.place.choose')}
      </Button>
      {error ? <ErrorState error={error} /> : null}
    </div>
  );
}
