import { describe, expect, it, test } from 'vitest';
import { catalogues, type Language, languages } from './i18n';

type Sentences = ReadonlyMap<string, string>;

function flatten(tree: unknown, path = '', out = new Map<string, string>()): Map<string, string> {
  if (typeof tree === 'string') return out.set(path, tree);
  if (typeof tree !== 'object' || tree === null) throw new Error(`${path} is no sentence`);
  for (const [name, inner] of Object.entries(tree)) {
    flatten(inner, path ? `${path}.${name}` : name, out);
  }
  return out;
}

const words = new Map<Language, Sentences>(languages.map((l) => [l, flatten(catalogues[l])]));
const of = (language: Language): Sentences => words.get(language) ?? new Map();

const plural = /_(zero|one|two|few|many|other)$/;
const stem = (key: string): string => key.replace(plural, '');
const placeholders = (sentence: string): string[] =>
  [...sentence.matchAll(/\{\{\s*([^}\s]+)\s*\}\}/g)].map((m) => m[1] ?? '').sort();

const cases = languages.flatMap((l) => [...of(l)].map(([key, s]) => [l, key, s] as const));

describe('the catalogues', () => {
  it('have the same keys', () => {
    const stems = (l: Language) => [...new Set([...of(l).keys()].map(stem))].sort();
    expect(stems('es')).toEqual(stems('en'));
  });

  test.each(languages)('%s has every plural form of its language', (language) => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const counted = new Set([...of(language).keys()].filter((k) => plural.test(k)).map(stem));
    const expected = [...counted].flatMap((k) => forms.map((f) => `${k}_${f}`)).sort();
    expect([...of(language).keys()].filter((k) => plural.test(k)).sort()).toEqual(expected);
  });

  it('use the same placeholders', () => {
    const byStem = (l: Language) =>
      Object.fromEntries([...of(l)].map(([key, s]) => [stem(key), placeholders(s)]));
    expect(byStem('es')).toEqual(byStem('en'));
  });

  it('say for every error what happened and what to do', () => {
    for (const language of languages) {
      const all = [...of(language).keys()].filter((k) => k.startsWith('errors.'));
      const keys = all.filter((k) => !k.endsWith('_plain'));
      // What is said where a value is not known stands beside what is said with it.
      for (const k of all.filter((k) => k.endsWith('_plain'))) {
        expect(keys).toContain(k.replace(/_plain$/, ''));
      }
      const codes = new Set(keys.map((k) => k.replace(/\.(what|next)$/, '')));
      const expected = [...codes].flatMap((c) => [`${c}.next`, `${c}.what`]).sort();
      expect(keys.sort()).toEqual(expected);
      for (const code of codes) expect(code).toMatch(/^errors\.[a-z0-9_]+\.[a-z0-9_]+$/);
    }
  });
});

/** Our own names for things, which tell a front desk nothing. */
const inside: Readonly<Record<Language, RegExp>> = {
  en: /\b(gates?|verdicts?|basis|journals?|spools?|seals?|sealed|fingerprints?|sids?|webhooks?|10dlc|hash|payload|null|undefined|timeouts?|exceptions?)\b/iu,
  es: /(?<!\p{L})(veredictos?|fundamento legal|diario de|bitácoras?|cola de impresión|sell(?:o|ado|ada|ar)s?|huellas?|sids?|webhooks?|10dlc|hash|payload|null|excepci(?:ón|ones))(?!\p{L})/iu,
};

/** Words that point at the reader or shout. */
const blame: Readonly<Record<Language, RegExp>> = {
  en: /!|\b(invalid|illegal|incorrect|wrongly|you (?:failed|forgot|entered|must|should have)|your (?:mistake|fault|error)|fatal|oops|whoops)\b/iu,
  es: /[!¡]|(?<!\p{L})(inválid[oa]s?|incorrect[oa]s?|ilegal(?:es)?|usted (?:olvidó|falló|debe)|su (?:culpa|error)|fatal|ups)(?!\p{L})/iu,
};

/** Spanish that speaks to a stranger at a counter says usted. */
const familiar =
  /(?<!\p{L})(tú|tu|tus|ti|te|contigo|tienes|puedes|quieres|debes|haz|estás)(?!\p{L})/iu;

/** Patients and staff are all kinds of people. */
const gendered: Readonly<Record<Language, RegExp>> = {
  en: /\b(she|her|hers|herself|he|him|his|himself)\b/iu,
  es: /(?<!\p{L})(?:la|una) paciente(?!\p{L})/iu,
};

function sentences(text: string): string[] {
  return text
    .replace(/\b(a|p)\. m\./g, '$1m')
    .split(/(?<=[.?:…])\s+/u)
    .filter(Boolean);
}

const count = (sentence: string): number => sentence.split(/\s+/u).filter(Boolean).length;

describe.each(cases)('%s %s', (language, _key, sentence) => {
  it('reads as it should', () => {
    expect(sentence.trim()).toBe(sentence);
    expect(sentence).not.toBe('');
    expect(sentence).not.toMatch(inside[language]);
    expect(sentence).not.toMatch(blame[language]);
    expect(sentence).not.toMatch(gendered[language]);
    expect(sentence).not.toMatch(/ {2}|…|\.\.\.|</u);
    for (const one of sentences(sentence)) expect(count(one)).toBeLessThanOrEqual(20);
    if (language === 'es') expect(sentence).not.toMatch(familiar);
  });
});

describe('the rules about words', () => {
  test.each<[Language, RegExp, string]>([
    ['en', inside.en, 'The gate said no.'],
    ['en', inside.en, 'Webhook received'],
    ['es', inside.es, 'La huella no coincide.'],
    ['es', inside.es, 'El archivo está sellado.'],
    ['en', blame.en, 'You forgot the date.'],
    ['en', blame.en, 'Saved!'],
    ['es', blame.es, 'Número inválido'],
    ['es', familiar, 'Escribe tu nombre.'],
    ['en', gendered.en, 'This is not her number.'],
    ['es', gendered.es, 'Avise a la paciente.'],
  ])('catch in %s with %s: %s', (_language, rule, sentence) => {
    expect(sentence).toMatch(rule);
  });

  it('leave harmless neighbours alone', () => {
    expect('A new investigation at the gateway').not.toMatch(inside.en);
    expect('Su computadora está bloqueada.').not.toMatch(inside.es);
    expect('Escriba el título.').not.toMatch(familiar);
  });
});
