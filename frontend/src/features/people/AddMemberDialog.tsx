import { useState } from 'react';
import type { RoleName } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { PassphraseForm } from '../../terms/PassphraseForm';
import { Dialog, SelectField, TextField, useToast } from '../../ui';
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
  const [typed, setName] = useState('');
  const [role, setRole] = useState<RoleName>('front_desk');
  const name = typed.trim();
  return (
    <PassphraseForm
      asked="new"
      action={t('people.add.action')}
      first={t('people.add.first')}
      answered={name !== ''}
      call={add}
      onAnswer={async (passphrase) => (await add.run({ name, role, passphrase })) !== null}
      onDone={() => {
        toast({ tone: 'ok', title: t('people.add.done', { name }) });
        onClose();
      }}
      onCancel={onClose}
    >
      <TextField label={t('people.add.name')} value={typed} onChange={setName} autoFocus />
      <SelectField
        label={t('people.add.role')}
        hint={t(`people.may.${role}`)}
        value={role}
        options={roles.map((value) => ({ value, label: t(`people.role.${value}`) }))}
        onChange={setRole}
      />
      <p>{t('people.add.own')}</p>
    </PassphraseForm>
  );
}
