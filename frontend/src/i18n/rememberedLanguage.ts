import { bestLanguage, type Language, languages } from './i18n';

const key = 'quietline.language';

/**
 * The language that was last chosen on this machine, else the one that fits the
 * system's. It is known before anyone signs in and tells nothing about a
 * patient; a storage that refuses is the same as an empty one.
 */
export function rememberedLanguage(storage: Storage | null, wishes: readonly string[]): Language {
  try {
    const kept = storage?.getItem(key);
    const found = languages.find((l) => l === kept);
    if (found) return found;
  } catch {
    // As if nothing had been kept.
  }
  return bestLanguage(wishes);
}

/** Keeps the choice; where that is refused it lasts until the window closes. */
export function rememberLanguage(storage: Storage | null, language: Language): void {
  try {
    storage?.setItem(key, language);
  } catch {
    // See above.
  }
}
