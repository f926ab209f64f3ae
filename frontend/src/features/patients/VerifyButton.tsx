import { useState } from 'react';
import { useMay } from '../../door/context';
import type { NumberCode, NumberRow, PatientCard } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { Button, Dialog, ErrorState } from '../../ui';
import { CodeNotice } from './CodeNotice';

interface Props {
  readonly card: PatientCard;
  readonly number: NumberRow;
}

/** Shows a code to read to a patient on the phone. It goes as soon as the patient has texted it. */
export function VerifyButton({ card, number }: Props) {
  const t = useWords();
  const may = useMay('consent.record');
  const ask = useAction('number.askCode');
  const [one, setOne] = useState<NumberCode | null>(null);
  if (!may || number.verified) return null;
  const open = async () => setOne((await ask.run({ patient: card.id, number: number.id })) ?? null);
  return (
    <>
      <Button busy={ask.running} onClick={() => open()}>
        {t('patients.verify')}
      </Button>
      {ask.error ? <ErrorState error={ask.error} /> : null}
      <Dialog open={one !== null} onClose={() => setOne(null)} title={t('patients.verify')}>
        {one ? <CodeNotice one={one} /> : null}
      </Dialog>
    </>
  );
}
