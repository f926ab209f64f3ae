import { useState } from 'react';
import type { State } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { StepForm, TextField } from '../../ui';

interface Props {
  /** Places of the words to type back; 1 is the first. */
  readonly ask: readonly number[];
  readonly onBack: () => void;
  readonly onConfirmed: (state: State) => void;
}

/** Some words of the sheet, typed back from the paper: proof that the paper is right. */
export function ConfirmStep({ ask, onBack, onConfirmed }: Props) {
  const t = useWords();
  const [words, setWords] = useState<readonly string[]>(() => ask.map(() => ''));
  const confirm = useAction('clinic.confirmSheet');
  const ready = words.every((word) => word.trim() !== '');
  const wrong = confirm.error?.code === 'vault.word_differs' ? confirm.error.params['position'] : 0;
  const submit = async () => {
    if (!ready) return;
    const state = await confirm.run({ words: words.map((w) => w.trim().toLowerCase()) });
    if (state) onConfirmed(state);
  };
  return (
    <StepForm
      action={t('setup.next')}
      back={t('setup.confirm.back')}
      busy={confirm.running}
      blocked={ready ? undefined : t('setup.confirm.finish')}
      error={wrong === 0 ? confirm.error : null}
      onSubmit={() => submit()}
      onBack={onBack}
    >
      {ask.map((position, at) => (
        <TextField
          key={position}
          autoFocus={at === 0}
          label={t('setup.confirm.word', { position })}
          value={words[at] ?? ''}
          error={wrong === position ? t('setup.confirm.differs') : undefined}
          onChange={(value) => {
            setWords(words.map((word, i) => (i === at ? value : word)));
            confirm.clear();
          }}
        />
      ))}
    </StepForm>
  );
}
