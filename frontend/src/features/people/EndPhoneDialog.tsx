import type { StaffRow } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { Dialog, DialogForm, useToast } from '../../ui';

interface Props {
  /** Whose code is ended; closed while null. */
  readonly member: StaffRow | null;
  readonly onClose: () => void;
}

/** Ends the code from the phone of somebody who has lost it and her backup codes. */
export function EndPhoneDialog({ member, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog open={member !== null} onClose={onClose} title={t('people.phone.title')} width="sm">
      {member ? <Question member={member} onClose={onClose} /> : null}
    </Dialog>
  );
}

function Question({ member, onClose }: Props & { readonly member: StaffRow }) {
  const t = useWords();
  const toast = useToast();
  const end = useAction('staff.endPhone');
  const submit = async () => {
    if (!(await end.run({ member: member.id }))) return;
    toast({ tone: 'ok', title: t('people.phone.done', { name: member.name }) });
    onClose();
  };
  return (
    <DialogForm
      danger
      action={t('people.phone.confirm')}
      onSubmit={() => submit()}
      onCancel={onClose}
      error={end.error}
      busy={end.running}
    >
      <p>{t('people.phone.lead', { name: member.name })}</p>
      <p>{t('people.phone.sure')}</p>
    </DialogForm>
  );
}
