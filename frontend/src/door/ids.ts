const alphabet = '0123456789abcdefghijklmnopqrstuv';

/**
 * A new random id as the program writes them: 128 bits in base32 ("extended
 * hex" of RFC 4648, lower case, no padding), 26 characters.
 */
export function newId(random: (into: Uint8Array<ArrayBuffer>) => void = fillRandom): string {
  const bytes = new Uint8Array(16);
  random(bytes);
  let bits = 0;
  let held = 0;
  let text = '';
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet.charAt((held >> bits) & 31);
      held &= (1 << bits) - 1;
    }
  }
  // 128 bits leave three; the last character carries them with two zeros.
  return text + alphabet.charAt((held << (5 - bits)) & 31);
}

function fillRandom(into: Uint8Array<ArrayBuffer>): void {
  crypto.getRandomValues(into);
}

/** Whether an id names something. One that was never set crosses as 26 zeros. */
export function isSet(id: string): boolean {
  return /[^0]/.test(id);
}
