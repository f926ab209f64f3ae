import { useEffect, useMemo } from 'react';
import { PatientMode } from '../features/consent/PatientMode';
import type { Signing } from '../features/consent/SignDialog';
import { I18nProvider, useLanguage } from '../i18n/I18nProvider';
import { createI18n } from '../i18n/i18n';

interface Props {
  readonly signing: Signing;
  readonly onLeave: () => void;
}

/** The device in the patient's hands, in the language of the form. */
export function PatientDesk({ signing, onLeave }: Props) {
  const { language } = useLanguage();
  const i18n = useMemo(() => createI18n(signing.form.language), [signing.form.language]);
  useEffect(
    () => () => {
      document.documentElement.lang = language;
    },
    [language],
  );
  return (
    <I18nProvider i18n={i18n} zone={signing.card.zone}>
      <PatientMode signing={signing} onLeave={onLeave} />
    </I18nProvider>
  );
}
