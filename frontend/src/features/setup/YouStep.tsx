import { useState } from 'react';
import type { CreatedClinic } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useLanguage, useWords } from '../../i18n/I18nProvider';
import { NewPassphraseFields, passphraseFits } from '../../terms/NewPassphraseFields';
import { Button, ErrorState, Form, TextField } from '../../ui';
import type { SetupDraft } from './draft';

interface Props {
  readonly draft: SetupDraft;
  readonly onDraft: (draft: SetupDraft) => void;
  readonly onBack: () => void;
  readonly onCreated: (sheet: CreatedClinic) => void;
}

/** Who runs the clinic, and the passphrase that opens it. Then the clinic is made. */
export function YouStep({ draft, onDraft, onBack, onCreated }: Props) {
  const t = useWords();
  const { language } = useLanguage();
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const create = useAction('clinic.create');
  const ready = draft.yourName.trim() !== '' && passphraseFits(passphrase, again);
  const submit = async () => {
    if (!ready) return;
    const created = await create.run({ ...draft, language, passphrase });
    if (created) onCreated(created);
  };
  return (
    <Form
      onSubmit={() => void submit()}
      actions={
        <>
          <Button
            submit
            kind="main"
            size="md"
            busy={create.running}
            blocked={ready ? undefined : t('setup.you.finish')}
          >
            {t('setup.create')}
          </Button>
          <Button kind="quiet" size="md" onClick={onBack}>
            {t('ui.back')}
          </Button>
        </>
      }
    >
      <TextField
        autoFocus
        label={t('setup.you.name')}
        hint={t('setup.you.nameHint')}
        value={draft.yourName}
        maxLength={120}
        onChange={(yourName) => onDraft({ ...draft, yourName })}
      />
      <NewPassphraseFields
        passphrase={passphrase}
        again={again}
        onPassphrase={(value) => {
          setPassphrase(value);
          create.clear();
        }}
        onAgain={setAgain}
      />
      {create.error ? <ErrorState error={create.error} onRetry={() => void submit()} /> : null}
    </Form>
  );
}
