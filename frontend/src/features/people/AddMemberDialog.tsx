import { useState } from 'react';
import type { RoleName } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { NewPassphraseFields, passphraseFits } from '../../terms/NewPassphraseFields';
import { Button, Dialog, ErrorState, Form, SelectField, TextField, useToast } from '../../ui';
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
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const ready = name.trim() !== '' && passphraseFits(passphrase, again);
  const submit = async () => {
    if (!ready || !(await add.run({ name: name.trim(), role, passphrase }))) return;
    toast({ tone: 'ok', title: t('people.add.done', { name: name.trim() }) });
    onClose();
  };
  return (
    <Form
      onSubmit={() => void submit()}
      actions={
        <>
          <Button
            submit
            kind="main"
            busy={add.running}
            blocked={ready ? undefined : t('people.add.first')}
          >
            {t('people.add.action')}
          </Button>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
        </>
      }
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
      <NewPassphraseFields
        passphrase={passphrase}
        again={again}
        onPassphrase={setPassphrase}
        onAgain={setAgain}
      />
      {add.error ? <ErrorState error={add.error} /> : null}
    </Form>
  );
}
