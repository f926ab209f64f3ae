import { useState } from 'react';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { Button, ErrorState, TextField } from '../../ui';
import classes from './backups.module.css';

interface Props {
  readonly value: string;
  readonly onChange: (folder: string) => void;
}

/** A folder, by the system's dialog where there is one, and typed anywhere. */
export function FolderField({ value, onChange }: Props) {
  const t = useWords();
  const choose = useAction('folder.choose');
  const [typed, setTyped] = useState(false);
  const ask = async () => {
    const chosen = await choose.run({});
    if (chosen?.typed) setTyped(true);
    else if (chosen?.folder) onChange(chosen.folder);
  };
  return (
    <div className={classes['field']}>
      <TextField
        autoFocus
        label={t('backups.folder')}
        hint={t('backups.folderHint')}
        value={value}
        onChange={onChange}
      />
      <Button
        busy={choose.running}
        blocked={typed ? t('backups.typeIt') : undefined}
        onClick={() => ask()}
      >
        {t('backups.choose')}
      </Button>
      {choose.error ? <ErrorState error={choose.error} /> : null}
    </div>
  );
}
