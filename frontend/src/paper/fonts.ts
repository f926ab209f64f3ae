import korean from 'packed:./fonts/NotoSansKR-hangul.ttf.gz';
import chinese from 'packed:./fonts/NotoSansSC-names.ttf.gz';
import regular from 'packed:@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf';
import bold from 'packed:@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf';
import arabic from 'packed:@expo-google-fonts/noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf';
import hebrew from 'packed:@expo-google-fonts/noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf';

/** A font of the program. */
export interface PaperFont {
  readonly family: string;
  /** Where it lies; a function, so that what is not needed is not asked for. */
  readonly address: string;
  /** What of a text asks for it; a font without is always needed. */
  readonly letters?: RegExp;
}

/**
 * The fonts, in the order in which they are tried. Latin, Greek and Cyrillic are
 * in the first; the others are brought only for a paper that has their letters.
 */
export const paperFonts: readonly PaperFont[] = [
  { family: 'Noto Sans', address: regular },
  { family: 'Noto Sans', address: bold },
  { family: 'Noto Sans Arabic', address: arabic, letters: /\p{Script=Arabic}/u },
  { family: 'Noto Sans Hebrew', address: hebrew, letters: /\p{Script=Hebrew}/u },
  {
    family: 'Noto Sans SC',
    address: chinese,
    letters:
      /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\u3000-\u303f\uff00-\uffef]/u,
  },
  { family: 'Noto Sans KR', address: korean, letters: /\p{Script=Hangul}/u },
];

/** The fonts that a text asks for. */
export function fontsFor(text: string): PaperFont[] {
  return paperFonts.filter(({ letters }) => !letters || letters.test(text));
}
