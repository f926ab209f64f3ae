import { useState } from 'react';
import type { ConsentRow, Hold } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { ChoiceField, Dialog, DialogForm, useToast } from '../../ui';
import { useConsentRefresh } from './useConsentRefresh';

interface Props {
  /** The consent that is put on hold; closed while null. */
  readonly consent: ConsentRow | null;
  readonly patient: string;
  readonly onClose: () => void;
}

const reasons = ['dispute', 'court', 'self', ''] as const;

/** Lets no text leave on a consent until somebody ends the hold. */
export function HoldDialog({ consent, patient, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog
      open={consent !== null}
      onClose={onClose}
      title={t(consent?.state === 'paused' ? 'paper.hold.changeTitle' : 'paper.hold.title')}
    >
      {consent ? <Fields consent={consent} patient={patient} onClose={onClose} /> : null}
    </Dialog>
  );
}

function Fields({ consent, patient, onClose }: Props & { readonly consent: ConsentRow }) {
  const t = useWords();
  const toast = useToast();
  const [hold, setHold] = useState<Hold>(
    consent.state === 'paused' && consent.hold !== 'age' ? consent.hold : 'dispute',
  );
  const pause = useAction('consent.pause');
  const refresh = useConsentRefresh();
  const submit = async () => {
    if (!(await pause.run({ id: consent.id, hold }))) return;
    await refresh();
    toast({ tone: 'ok', title: t('paper.hold.done') });
    onClose();
  };
  return (
    <DialogForm
      action={t('paper.hold.confirm')}
      busy={pause.running}
      error={pause.error}
      onSubmit={() => submit()}
      onCancel={onClose}
    >
      <p>{t('paper.hold.body', { patient })}</p>
      <ChoiceField
        label={t('paper.hold.why')}
        value={hold}
        onChange={setHold}
        choices={reasons.map((value) => ({
          value,
          label: t(`paper.hold.reason.${value === '' ? 'other' : value}`),
        }))}
      />
    </DialogForm>
  );
}
