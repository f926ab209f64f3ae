import type { NumberCode } from '../../door/shapes';
import { useWords } from '../../i18n/I18nProvider';
import { Notice } from '../../ui';

/** The code to read to a patient, and where the patient texts it. */
export function CodeNotice({ one }: { readonly one: NumberCode }) {
  const t = useWords();
  return (
    <Notice
      compact
      live
      tone="info"
      title={t('patients.code', { code: `${one.code.slice(0, 3)} ${one.code.slice(3)}` })}
    >
      {one.phone ? t('patients.codeTo', { phone: one.phone }) : t('patients.codeNoLine')}
    </Notice>
  );
}
