import type { StaffRow } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { PassphraseForm } from '../../terms/PassphraseForm';
import { Dialog, useToast } from '../../ui';

interface Props {
  /** Who gets it; closed while null. */
  readonly member: StaffRow | null;
  readonly onClose: () => void;
}

/** A new passphrase for somebody who has forgotten hers. */
export function SetPassphraseDialog({ member, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog
      open={member !== null}
      onClose={onClose}
      title={t('people.passphrase.title')}
      width="sm"
    >
      {member ? <Question member={member} onClose={onClose} /> : null}
    </Dialog>
  );
}

function Question({ member, onClose }: Props & { readonly member: StaffRow }) {
  const t = useWords();
  const toast = useToast();
  const give = useAction('staff.setPassphrase');
  return (
    <PassphraseForm
      asked="new"
      action={t('people.passphrase.save')}
      first={t('people.passphrase.first')}
      call={give}
      onAnswer={async (passphrase) => (await give.run({ member: member.id, passphrase })) !== null}
      onDone={() => {
        toast({ tone: 'ok', title: t('people.passphrase.done') });
        onClose();
      }}
      onCancel={onClose}
    >
      <p>{t('people.passphrase.lead', { name: member.name })}</p>
    </PassphraseForm>
  );
}
