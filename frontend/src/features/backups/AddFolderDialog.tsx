import { useState } from 'react';
import type { Backups } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { PlaceField } from '../../terms/PlaceField';
import { Dialog, DialogForm } from '../../ui';
import classes from './backups.module.css';

interface Props {
  readonly open: boolean;
  readonly onAdded: (backups: Backups) => void;
  readonly onClose: () => void;
}

/** Asks where a backup is to be kept. */
export function AddFolderDialog({ open, onAdded, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog open={open} onClose={onClose} title={t('backups.addTitle')}>
      {open ? <Question onAdded={onAdded} onClose={onClose} /> : null}
    </Dialog>
  );
}

function Question({ onAdded, onClose }: Omit<Props, 'open'>) {
  const t = useWords();
  const [folder, setFolder] = useState('');
  const add = useAction('backup.add');
  const submit = async () => {
    const fresh = await add.run({ folder: folder.trim() });
    if (!fresh) return;
    onAdded(fresh);
    onClose();
  };
  return (
    <DialogForm
      action={t('backups.begin')}
      onSubmit={() => submit()}
      onCancel={onClose}
      error={add.error}
      busy={add.running}
      blocked={folder.trim() === '' ? t('backups.folderFirst') : undefined}
    >
      <p className={classes['lead']}>{t('backups.addLead')}</p>
      <p className={classes['lead']}>{t('backups.addTwo')}</p>
      <PlaceField
        autoFocus
        kind="folder"
        label={t('backups.folder')}
        hint={t('backups.folderHint')}
        value={folder}
        onChange={(value) => {
          setFolder(value);
          add.clear();
        }}
      />
    </DialogForm>
  );
}
