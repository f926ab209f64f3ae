import { useState } from 'react';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { Button, Dialog, ErrorState, Form, PassphraseField } from '../../ui';

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
    if (passphrase === '') return;
    const right = await confirm.run({ passphrase });
    setPassphrase('');
    if (right) onConfirmed();
  };
  return (
    <Form
      onSubmit={() => void submit()}
      actions={
        <>
          <Button
            submit
            kind="main"
            busy={confirm.running}
            blocked={passphrase === '' ? t('signin.confirm.first') : undefined}
          >
            {t('signin.confirm.go')}
          </Button>
          <Button onClick={onCancel}>{t('ui.cancel')}</Button>
        </>
      }
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
      {confirm.error && !wrong ? <ErrorState error={confirm.error} /> : null}
    </Form>
  );
}
