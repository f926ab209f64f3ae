import i18next, { type i18n, type PostProcessorModule } from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from './locales/en/index';
import es from './locales/es/index';

/** A language that the screens exist in, as the doors write it. */
export type Language = 'en' | 'es';

export const languages: readonly Language[] = ['en', 'es'];

/** Each language named in itself, for the switch. */
export const languageNames: Readonly<Record<Language, string>> = {
  en: 'English',
  es: 'Español',
};

export const catalogues = { en, es } as const;

/**
 * Lets a sentence end once. What is put into it may end with the point of an
 * abbreviation, as Spanish times do, so that no sentence has to know what it is
 * given: "hasta las 9:00 a. m." and not "a. m..". Three points stay.
 */
const endsOnce: PostProcessorModule = {
  type: 'postProcessor',
  name: 'endsOnce',
  process: (sentence) => sentence.replace(/([^.])\.\.(?!\.)/g, '$1.'),
};

/**
 * A translator over both catalogues, ready at once. A key that a catalogue
 * lacks is a mistake of the program, which the tests find; a person then sees
 * the English sentence, never the key of one that exists.
 */
export function createI18n(language: Language): i18n {
  const instance = i18next.createInstance();
  instance.use(initReactI18next);
  instance.use(endsOnce);
  // Without a loader and with initAsync off this finishes before it returns;
  // the promise only repeats that.
  void instance.init({
    lng: language,
    fallbackLng: 'en',
    supportedLngs: languages,
    resources: { en: { translation: en }, es: { translation: es } },
    initAsync: false,
    interpolation: { escapeValue: false },
    returnNull: false,
    postProcess: [endsOnce.name],
  });
  return instance;
}

/** The language that fits a list of wishes, best first, as browsers give it. */
export function bestLanguage(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    const found = languages.find((l) => wish.toLowerCase().split('-')[0] === l);
    if (found) return found;
  }
  return 'en';
}
