import { useState } from 'react';
import type { Backups } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { Dialog, DialogForm, TextField } from '../../ui';
import classes from './backups.module.css';

interface Props {
  readonly open: boolean;
  readonly folder: string;
  readonly onDone: (backups: Backups) => void;
  readonly onClose: () => void;
}

/** Asks for the sheet with which the clinic goes on with a backup of before. */
export function RejoinDialog({ open, folder, onDone, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog open={open} onClose={onClose} title={t('backups.rejoinTitle')}>
      {open ? <Question folder={folder} onDone={onDone} onClose={onClose} /> : null}
    </Dialog>
  );
}

function Question({ folder, onDone, onClose }: Omit<Props, 'open'>) {
  const t = useWords();
  const [words, setWords] = useState('');
  const rejoin = useAction('backup.rejoin');
  const submit = async () => {
    const fresh = await rejoin.run({ folder, words });
    if (!fresh) return;
    onDone(fresh);
    onClose();
  };
  return (
    <DialogForm
      action={t('backups.rejoin')}
      onSubmit={() => submit()}
      onCancel={onClose}
      error={rejoin.error}
      busy={rejoin.running}
      blocked={words.trim() === '' ? t('backups.rejoinFirst') : undefined}
    >
      <p className={classes['lead']}>{t('backups.rejoinLead')}</p>
      <TextField
        long
        autoFocus
        label={t('restore.words')}
        hint={t('backups.rejoinHint')}
        value={words}
        onChange={(value) => {
          setWords(value);
          rejoin.clear();
        }}
      />
    </DialogForm>
  );
}
