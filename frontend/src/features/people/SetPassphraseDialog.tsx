import { useState } from 'react';
import type { StaffRow } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { NewPassphraseFields, passphraseFits } from '../../terms/NewPassphraseFields';
import { Button, Dialog, ErrorState, Form, useToast } from '../../ui';

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
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const ready = passphraseFits(passphrase, again);
  const submit = async () => {
    if (!ready || !(await give.run({ member: member.id, passphrase }))) return;
    toast({ tone: 'ok', title: t('people.passphrase.done') });
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
            busy={give.running}
            blocked={ready ? undefined : t('people.passphrase.first')}
          >
            {t('people.passphrase.save')}
          </Button>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
        </>
      }
    >
      <p>{t('people.passphrase.lead', { name: member.name })}</p>
      <NewPassphraseFields
        passphrase={passphrase}
        again={again}
        onPassphrase={setPassphrase}
        onAgain={setAgain}
      />
      {give.error ? <ErrorState error={give.error} /> : null}
    </Form>
  );
}
