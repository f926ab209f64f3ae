import { useWords } from './i18n/I18nProvider';

/** What is there before any feature: the name of the program. */
export function Start() {
  const t = useWords();
  return (
    <main>
      <h1>{t('app.name')}</h1>
      <p>{t('app.tagline')}</p>
    </main>
  );
}
