import { useMay } from '../../door/context';
import type { NumberCode, NumberRow, PatientCard } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { Button, ErrorState } from '../../ui';

interface Props {
  readonly card: PatientCard;
  readonly number: NumberRow;
  /** Shows the code; the button may be gone by then. */
  readonly onCode: (one: NumberCode) => void;
}

/** Makes a code to read to a patient on the phone. */
export function VerifyButton({ card, number, onCode }: Props) {
  const t = useWords();
  const may = useMay('consent.record');
  const ask = useAction('number.askCode');
  if (!may || number.verified) return null;
  const verify = async () => {
    const one = await ask.run({ patient: card.id, number: number.id });
    if (one) onCode(one);
  };
  return (
    <>
      <Button busy={ask.running} onClick={() => verify()}>
        {t('patients.verify')}
      </Button>
      {ask.error ? <ErrorState error={ask.error} /> : null}
    </>
  );
}
