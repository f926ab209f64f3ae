import type { i18n } from 'i18next';
import type { ReactNode } from 'react';
import { useKnownState } from '../door/context';
import { useSettings } from '../door/useLine';
import { I18nProvider } from '../i18n/I18nProvider';
import type { Language } from '../i18n/i18n';

interface Props {
  readonly i18n: i18n;
  readonly onLanguage: (language: Language) => void;
  /** Used until the clinic's own zone is known. */
  readonly zone: string;
  readonly children: ReactNode;
}

/** Words and formats in the clinic's time zone: two desks must read the same clock. */
export function ClinicLanguage({ i18n, onLanguage, zone, children }: Props) {
  const state = useKnownState();
  // Whoever still sets up a phone is told nothing of the clinic, nor is a patient.
  const settings = useSettings(state?.phase === 'open' && !state.phoneAsked && !state.handed);
  return (
    <I18nProvider i18n={i18n} zone={settings.data?.zone || zone} onLanguage={onLanguage}>
      {children}
    </I18nProvider>
  );
}
