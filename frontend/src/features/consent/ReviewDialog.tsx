import { useState } from 'react';
import type { FormRow, Reviewer } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { ChoiceField, DateField, Dialog, DialogForm, TextField, useNow, useToast } from '../../ui';
import { useConsentRefresh } from './useConsentRefresh';

interface Props {
  /** The form that was read; closed while null. */
  readonly form: FormRow | null;
  readonly onClose: () => void;
}

const roles: readonly Reviewer[] = ['attorney', 'translator', 'privacy_officer'];

/** Who has read a form and lets it be used as it is: it is a draft no more. */
export function ReviewDialog({ form, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog open={form !== null} onClose={onClose} title={t('consents.forms.review')}>
      {form ? <Fields form={form} onClose={onClose} /> : null}
    </Dialog>
  );
}

function Fields({ form, onClose }: Props & { readonly form: FormRow }) {
  const t = useWords();
  const toast = useToast();
  const formats = useFormats();
  const now = useNow();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Reviewer>(form.language === 'es' ? 'translator' : 'attorney');
  const [on, setOn] = useState(() => formats.dayOf(now));
  const review = useAction('form.review');
  const refresh = useConsentRefresh();
  const submit = async () => {
    if (!(await review.run({ version: form.version, name, role, on }))) return;
    await refresh();
    toast({ tone: 'ok', title: t('consents.forms.reviewDone') });
    onClose();
  };
  return (
    <DialogForm
      action={t('consents.forms.reviewSave')}
      busy={review.running}
      blocked={name.trim() === '' ? t('consents.forms.nameFirst') : undefined}
      error={review.error}
      onSubmit={() => submit()}
      onCancel={onClose}
    >
      <p>{t('consents.forms.reviewLead', { version: form.version })}</p>
      <TextField
        autoFocus
        label={t('consents.forms.reviewer')}
        value={name}
        maxLength={120}
        onChange={setName}
      />
      <ChoiceField
        inline
        label={t('consents.forms.role')}
        value={role}
        onChange={setRole}
        choices={roles.map((value) => ({ value, label: t(`consents.forms.roles.${value}`) }))}
      />
      <DateField label={t('consents.forms.on')} value={on} onChange={setOn} />
    </DialogForm>
  );
}
