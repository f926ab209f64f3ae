import type en from './locales/en/index';

/** A key without the ending that chooses its plural. */
type Stem<K extends string> = K extends `${infer S}_one` | `${infer S}_many` | `${infer S}_other`
  ? S
  : K;

type KeysOf<Tree, Path extends string = ''> = {
  [K in keyof Tree & string]: Tree[K] extends string
    ? `${Path}${Stem<K>}`
    : KeysOf<Tree[K], `${Path}${K}.`>;
}[keyof Tree & string];

/** The keys of all sentences. English leads; a test holds the other languages to it. */
export type WordKey = KeysOf<typeof en>;

/** What is put into a sentence, already written in the reader's way; `count` chooses the plural. */
export type WordValues = Readonly<Record<string, string | number>>;

/**
 * Finds a sentence by its key. The list of keys is made here and not by the
 * library's own types, which give up on a catalogue of this size.
 */
export type Words = (key: WordKey, values?: WordValues) => string;
