import { useState } from 'react';
import type { RoleName } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { NewPassphraseFields, useNewPassphrase } from '../../terms/NewPassphraseFields';
import { Dialog, DialogForm, SelectField, TextField, useToast } from '../../ui';
import { roles } from './roles';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Lets somebody in. She types her own passphrase, on this computer. */
export function AddMemberDialog({ open, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog open={open} onClose={onClose} title={t('people.add.title')} width="sm">
      {open ? <Question onClose={onClose} /> : null}
    </Dialog>
  );
}

function Question({ onClose }: Pick<Props, 'onClose'>) {
  const t = useWords();
  const toast = useToast();
  const add = useAction('staff.add');
  const [name, setName] = useState('');
  const [role, setRole] = useState<RoleName>('front_desk');
  const next = useNewPassphrase();
  const submit = async () => {
    if (!(await add.run({ name: name.trim(), role, passphrase: next.value }))) return;
    toast({ tone: 'ok', title: t('people.add.done', { name: name.trim() }) });
    onClose();
  };
  return (
    <DialogForm
      action={t('people.add.action')}
      onSubmit={() => void submit()}
      onCancel={onClose}
      error={add.error}
      busy={add.running}
      blocked={name.trim() !== '' && next.fits ? undefined : t('people.add.first')}
    >
      <TextField label={t('people.add.name')} value={name} onChange={setName} autoFocus />
      <SelectField
        label={t('people.add.role')}
        hint={t(`people.may.${role}`)}
        value={role}
        options={roles.map((value) => ({ value, label: t(`people.role.${value}`) }))}
        onChange={setRole}
      />
      <p>{t('people.add.own')}</p>
      <NewPassphraseFields {...next.fields} />
    </DialogForm>
  );
}
