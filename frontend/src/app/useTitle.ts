import { useEffect } from 'react';
import { useWords } from '../i18n/I18nProvider';

/** The window's title: never more than the clinic's name, and nothing while locked. */
export function useTitle(clinic: string): void {
  const t = useWords();
  useEffect(() => {
    document.title = clinic ? `${clinic} – ${t('app.name')}` : t('app.name');
  }, [clinic, t]);
}
