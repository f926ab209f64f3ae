import type { i18n } from 'i18next';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
} from 'react';
import { I18nextProvider, useTranslation } from 'react-i18next';
import { createFormats, type Formats } from './formats';
import type { Language } from './i18n';
import type { Words } from './words';

interface LanguageChoice {
  readonly language: Language;
  /** Changes every word on the screen at once; nothing is lost or loaded again. */
  readonly setLanguage: (language: Language) => void;
}

const LanguageContext = createContext<LanguageChoice | null>(null);
const FormatsContext = createContext<Formats | null>(null);

interface Props {
  readonly i18n: i18n;
  /** IANA name of the clinic's time zone; the computer's own until a clinic is open. */
  readonly zone: string;
  /** Told of each choice, to remember it. */
  readonly onLanguage?: ((language: Language) => void) | undefined;
  readonly children: ReactNode;
}

/** Gives words and formats to everything below. */
export function I18nProvider({ i18n, zone, onLanguage, children }: Props) {
  const [language, setState] = useState(i18n.language as Language);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const choice = useMemo<LanguageChoice>(
    () => ({
      language,
      setLanguage: (next) => {
        // The catalogues are in memory: the change has happened when it returns.
        void i18n.changeLanguage(next);
        setState(next);
        onLanguage?.(next);
      },
    }),
    [i18n, language, onLanguage],
  );
  return (
    <I18nextProvider i18n={i18n}>
      <LanguageContext value={choice}>
        <ZoneProvider zone={zone}>{children}</ZoneProvider>
      </LanguageContext>
    </I18nextProvider>
  );
}

interface ZoneProps {
  /** IANA name. */
  readonly zone: string;
  readonly children: ReactNode;
}

/** Writes the times below in another zone: the clinic's once it is open, a patient's for her hours. */
export function ZoneProvider({ zone, children }: ZoneProps) {
  const { language } = useLanguage();
  const formats = useMemo(() => createFormats(language, zone), [language, zone]);
  return <FormatsContext value={formats}>{children}</FormatsContext>;
}

/** The words: `t('ui.close')`. Keys are checked by the compiler. */
export function useWords(): Words {
  return useTranslation().t as Words;
}

/** The words in a language of one's choice: a paper is in its reader's, not the screen's. */
export function useWordsIn(): (language: Language) => Words {
  const { i18n } = useTranslation();
  return useCallback((language) => i18n.getFixedT(language) as Words, [i18n]);
}

/** The language of the screen and its switch. */
export function useLanguage(): LanguageChoice {
  const choice = useContext(LanguageContext);
  if (!choice) throw new Error('useLanguage needs an I18nProvider above it');
  return choice;
}

/** How moments, days and numbers are written here. */
export function useFormats(): Formats {
  const formats = useContext(FormatsContext);
  if (!formats) throw new Error('useFormats needs an I18nProvider above it');
  return formats;
}
