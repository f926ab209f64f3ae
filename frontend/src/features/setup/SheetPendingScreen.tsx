import { useState } from 'react';
import type { State } from '../../door/bindings';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { Button } from '../../ui/control/Button';
import { Form } from '../../ui/form/Form';
import { TextField } from '../../ui/form/TextField';
import { LockScreen } from '../../ui/frame/LockScreen';
import { ErrorState } from '../../ui/remark/ErrorState';

interface Props {
  readonly onConfirmed: (state: State) => void;
  readonly onLater: () => void;
}

/**
 * The check of a recovery sheet that was put off. Which words were asked for is
 * not known any more, so all of them are typed.
 */
export function SheetPendingScreen({ onConfirmed, onLater }: Props) {
  const t = useWords();
  const [text, setText] = useState('');
  const confirm = useAction('clinic.confirmSheet');
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const submit = async () => {
    if (words.length === 0) return;
    const state = await confirm.run({ words });
    if (state) onConfirmed(state);
  };
  return (
    <LockScreen title={t('setup.pending.title')} lead={t('setup.pending.lead')}>
      <Form
        onSubmit={() => void submit()}
        actions={
          <>
            <Button
              submit
              kind="main"
              size="md"
              busy={confirm.running}
              blocked={words.length > 0 ? undefined : t('setup.confirm.finish')}
            >
              {t('setup.pending.check')}
            </Button>
            <Button kind="quiet" size="md" onClick={onLater}>
              {t('setup.pending.later')}
            </Button>
          </>
        }
      >
        <TextField
          long
          autoFocus
          label={t('setup.pending.words')}
          value={text}
          onChange={(value) => {
            setText(value);
            confirm.clear();
          }}
        />
        {confirm.error ? <ErrorState error={confirm.error} onRetry={() => void submit()} /> : null}
      </Form>
    </LockScreen>
  );
}
