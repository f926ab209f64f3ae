/** What everybody of the invented clinic signs in with. */
export const samplePassphrase = 'quiet river morning lamp';

export const sheetWords =
  'amber bicycle cedar dolphin ember ferry garden harbor island jacket kettle lantern meadow'.split(
    ' ',
  );

/** The recovery sheet, and which of its words are asked for. */
export const sheet = { words: sheetWords, code: 'QL1-EXAMPLE-CODE-OF-THE-SHEET', ask: [3, 7, 12] };
