import { useState } from 'react';
import type { PhoneEnd } from '../../door/shapes';
import { useWords } from '../../i18n/I18nProvider';
import { LockScreen, Notice, useFocusStart } from '../../ui';
import { LookFoot } from './LookFoot';
import { PhoneSteps } from './PhoneDialog';
import { usePhoneEndWords } from './PhoneEndDialog';

interface Props {
  /** Somebody else has ended the code that was asked for before. */
  readonly ended: PhoneEnd | null;
  /** The phone is set up; its backup codes are shown. */
  readonly onCodes: () => void;
  readonly onDone: () => void;
  /** Leaves the clinic locked. */
  readonly onStop: () => void;
}

/** The clinic asks everybody for a code from her phone, and this person has none set up yet. */
export function PhoneAskedScreen({ ended, onCodes, onDone, onStop }: Props) {
  const t = useWords();
  const words = usePhoneEndWords();
  const [coded, setCoded] = useState(false);
  useFocusStart('phoneAsked', 'heading');
  return (
    <LockScreen
      title={coded ? t('waysIn.phone.codesTitle') : t('waysIn.phone.scanTitle')}
      lead={coded ? undefined : t('waysIn.asked.lead')}
      foot={<LookFoot />}
    >
      {ended && !coded ? (
        <Notice tone="warn" title={words(ended)}>
          <p>{t('waysIn.ended.next')}</p>
        </Notice>
      ) : null}
      <PhoneSteps
        onCodes={() => {
          setCoded(true);
          onCodes();
        }}
        onDone={onDone}
        onCancel={onStop}
      />
    </LockScreen>
  );
}
