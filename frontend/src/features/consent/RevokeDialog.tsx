import { useState } from 'react';
import type { ConsentRow, RevokedHow } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { ChoiceField, Dialog, DialogForm, useToast } from '../../ui';
import { useConsentRefresh } from './useConsentRefresh';

interface Props {
  /** The consent that is taken back; closed while null. */
  readonly consent: ConsentRow | null;
  readonly patient: string;
  readonly onClose: () => void;
}

const ways: readonly Exclude<RevokedHow, ''>[] = ['call', 'in_person', 'text', 'letter'];

/** A patient takes a consent back, in whatever way. It holds at once. */
export function RevokeDialog({ consent, patient, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog open={consent !== null} onClose={onClose} title={t('paper.revoke.title')} width="sm">
      {consent ? <Question consent={consent} patient={patient} onClose={onClose} /> : null}
    </Dialog>
  );
}

interface QuestionProps extends Props {
  readonly consent: ConsentRow;
}

function Question({ consent, patient, onClose }: QuestionProps) {
  const t = useWords();
  const toast = useToast();
  const [how, setHow] = useState<RevokedHow>('');
  const revoke = useAction('consent.revoke');
  const refresh = useConsentRefresh();
  const submit = async () => {
    if (how === '') return;
    if (!(await revoke.run({ id: consent.id, how }))) return;
    await refresh();
    toast({ tone: 'ok', title: t('paper.revoke.done') });
    onClose();
  };
  return (
    <DialogForm
      action={t('paper.revoke.confirm')}
      danger
      busy={revoke.running}
      blocked={how === '' ? t('paper.revoke.howFirst') : undefined}
      error={revoke.error}
      onSubmit={() => submit()}
      onCancel={onClose}
    >
      <p>{t('paper.revoke.body', { patient })}</p>
      <ChoiceField
        label={t('paper.revoke.how')}
        value={how}
        onChange={setHow}
        choices={ways.map((value) => ({ value, label: t(`paper.revoke.way.${value}`) }))}
      />
    </DialogForm>
  );
}
