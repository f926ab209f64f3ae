import type { StaffRow } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { NewPassphraseFields, useNewPassphrase } from '../../terms/NewPassphraseFields';
import { Dialog, DialogForm, useToast } from '../../ui';

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
  const next = useNewPassphrase();
  const submit = async () => {
    if (!(await give.run({ member: member.id, passphrase: next.value }))) return;
    toast({ tone: 'ok', title: t('people.passphrase.done') });
    onClose();
  };
  return (
    <DialogForm
      action={t('people.passphrase.save')}
      onSubmit={() => void submit()}
      onCancel={onClose}
      error={give.error}
      busy={give.running}
      blocked={next.fits ? undefined : t('people.passphrase.first')}
    >
      <p>{t('people.passphrase.lead', { name: member.name })}</p>
      <NewPassphraseFields {...next.fields} />
    </DialogForm>
  );
}
