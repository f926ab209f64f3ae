import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Language = 'en' | 'es';

/** A sentence of the catalogue by its key, such as `inbox.title`, with what it names filled in. */
export type Words = (key: string, fill?: Readonly<Record<string, string | number>>) => string;

const locales = join(import.meta.dirname, '..', '..', 'src', 'i18n', 'locales');

/**
 * The catalogue as the screens have it, so that one story can be told in every
 * language. A key that is gone is an error: a story must not look for nothing.
 */
export function wordsIn(language: Language): Words {
  const parts = [
    join(locales, `${language}.json`),
    ...readdirSync(join(locales, language))
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(locales, language, name)),
  ];
  const catalogue: Record<string, unknown> = Object.assign(
    {},
    ...parts.map((path) => JSON.parse(readFileSync(path, 'utf8'))),
  );
  return (key, fill = {}) => {
    let here: unknown = catalogue;
    for (const step of key.split('.')) here = (here as Record<string, unknown> | undefined)?.[step];
    if (typeof here !== 'string') throw new Error(`There is no sentence ${key}`);
    return here.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
      const value = fill[name];
      if (value === undefined) throw new Error(`${key} needs ${name}`);
      return String(value);
    });
  };
}
