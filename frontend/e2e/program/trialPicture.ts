import type { Page } from '@playwright/test';

/** The digits of the face in which the trial picture is drawn: 13 rows of 7 dots. */
const digits = [
  '00001824424242424224180000',
  '000008182808080808083e0000',
  '00003c424202041820407e0000',
  '00007e0204081c0202423c0000',
  '0000040c142444447e04040000',
  '00007e40405c620202423c0000',
  '00001c2040405c6242423c0000',
  '00007e02040808101020200000',
  '00003c4242423c4242423c0000',
  '00003c4242463a020204380000',
];

/**
 * Reads the four digits of a trial picture, as somebody does who holds the phone. The
 * picture is opened in a page of its own: the program's shows none from elsewhere.
 */
export async function readTrialPicture(beside: Page, base64: string): Promise<string> {
  const page = await beside.context().newPage();
  const rows = await page.evaluate(async (content) => {
    const picture = new Image();
    picture.src = `data:image/jpeg;base64,${content}`;
    await picture.decode();
    const canvas = document.createElement('canvas');
    canvas.width = picture.width;
    canvas.height = picture.height;
    const drawn = canvas.getContext('2d');
    if (!drawn) throw new Error('Nothing can be drawn');
    drawn.drawImage(picture, 0, 0);
    // Each dot of the face is 16 wide and high; four digits stand in the middle.
    const { data } = drawn.getImageData(0, 0, canvas.width, canvas.height);
    const dark = (x: number, y: number) => (data[(y * canvas.width + x) * 4] ?? 255) < 128;
    return [0, 1, 2, 3].map((at) =>
      Array.from({ length: 13 }, (_, dy) => {
        let row = 0;
        for (let dx = 0; dx < 7; dx++) {
          row = row * 2 + (dark(96 + at * 112 + dx * 16 + 8, 150 + dy * 16 + 8) ? 1 : 0);
        }
        return row.toString(16).padStart(2, '0');
      }).join(''),
    );
  }, base64);
  await page.close();
  return rows.map((row) => digits.indexOf(row)).join('');
}
