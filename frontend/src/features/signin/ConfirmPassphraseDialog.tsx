import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { PassphraseForm } from '../../terms/PassphraseForm';
import { Dialog } from '../../ui';

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
  const confirm = useAction('session.confirm');
  return (
    <PassphraseForm
      asked={{ label: t('signin.passphrase'), wrong: t('signin.confirm.wrong') }}
      action={t('signin.confirm.go')}
      first={t('signin.confirm.first')}
      call={confirm}
      onAnswer={async (passphrase) => (await confirm.run({ passphrase })) !== null}
      onDone={onConfirmed}
      onCancel={onCancel}
    >
      <p>{t('signin.confirm.lead')}</p>
    </PassphraseForm>
  );
}
