import type { NumberCode, NumberRow } from '../../door/shapes';
import { useWords } from '../../i18n/I18nProvider';
import { Dialog } from '../../ui';
import { CodeNotice } from './CodeNotice';

interface Props {
  /** The number as it is now; missing until it is known. */
  readonly number: NumberRow | undefined;
  readonly one: NumberCode;
  readonly onClose: () => void;
}

/** Shows a code to read to a patient on the phone. It goes as soon as the patient has texted it. */
export function CodeDialog({ number, one, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog open={!number?.verified} onClose={onClose} title={t('patients.verify')}>
      <CodeNotice one={one} />
    </Dialog>
  );
}
