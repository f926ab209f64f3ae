import type { CreatedClinic } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useLanguage, useWords } from '../../i18n/I18nProvider';
import { NewPassphraseFields, useNewPassphrase } from '../../terms/NewPassphraseFields';
import { StepForm, TextField } from '../../ui';
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
  const create = useAction('clinic.create');
  const next = useNewPassphrase(create.clear);
  const ready = draft.yourName.trim() !== '' && next.fits;
  const submit = async () => {
    if (!ready) return;
    const created = await create.run({ ...draft, language, passphrase: next.value });
    if (created) onCreated(created);
  };
  return (
    <StepForm
      action={t('setup.create')}
      busy={create.running}
      blocked={ready ? undefined : t('setup.you.finish')}
      error={create.error}
      onSubmit={() => submit()}
      onBack={onBack}
    >
      <TextField
        autoFocus
        label={t('setup.you.name')}
        hint={t('setup.you.nameHint')}
        value={draft.yourName}
        maxLength={120}
        onChange={(yourName) => onDraft({ ...draft, yourName })}
      />
      <NewPassphraseFields {...next.fields} />
    </StepForm>
  );
}
