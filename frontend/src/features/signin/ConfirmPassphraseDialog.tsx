import { useState } from 'react';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { Dialog, DialogForm, PassphraseField } from '../../ui';

interface Props {
  readonly open: boolean;
  readonly onConfirmed: () => void;
  readonly onCancel: () => void;
}

/** Asks for the passphrase before a step that matters. */
export function ConfirmPassphraseDialog({ open, onConfirmed, onCancel }: Props) {
  const t = useWords();
  return (
    <Dialog open={open} onClose={onCancel} title={t('signin.confirm.title')} width="sm">
      {open ? <Question onConfirmed={onConfirmed} onCancel={onCancel} /> : null}
    </Dialog>
  );
}

function Question({ onConfirmed, onCancel }: Omit<Props, 'open'>) {
  const t = useWords();
  const [passphrase, setPassphrase] = useState('');
  const confirm = useAction('session.confirm');
  const wrong = confirm.error?.code === 'vault.wrong_passphrase';
  const submit = async () => {
    const right = await confirm.run({ passphrase });
    setPassphrase('');
    if (right) onConfirmed();
  };
  return (
    <DialogForm
      action={t('signin.confirm.go')}
      onSubmit={() => void submit()}
      onCancel={onCancel}
      error={wrong ? null : confirm.error}
      busy={confirm.running}
      blocked={passphrase === '' ? t('signin.confirm.first') : undefined}
    >
      <p>{t('signin.confirm.lead')}</p>
      <PassphraseField
        label={t('signin.passphrase')}
        value={passphrase}
        onChange={(value) => {
          setPassphrase(value);
          if (wrong) confirm.clear();
        }}
        error={wrong ? t('signin.confirm.wrong') : undefined}
      />
    </DialogForm>
  );
}
