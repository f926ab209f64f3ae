import type { Hex, Tokens } from './tokens';
import { tones } from './tokens';

/** Relative luminance of a colour, WCAG 2.2. */
export function luminance(color: Hex): number {
  const channel = (at: number): number => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

/** Contrast ratio of two colours, from 1 to 21, WCAG 2.2. */
export function contrast(a: Hex, b: Hex): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** Two colours that meet on a screen and the ratio that they must keep. */
export interface Pair {
  readonly name: string;
  readonly front: Hex;
  readonly back: Hex;
  readonly atLeast: number;
}

/** WCAG 2.2 AA: writing (1.4.3), and outlines and marks with a meaning (1.4.11). */
const writing = 4.5;
const mark = 3;

/** Every pair of colours that the components put together. */
export function pairs(t: Tokens): Pair[] {
  const out: Pair[] = [];
  const add = (name: string, front: Hex, back: Hex, atLeast: number): void => {
    out.push({ name, front, back, atLeast });
  };
  const grounds = { ...t.surface, 'bubble in': t.bubble.in, 'bubble out': t.bubble.out };
  for (const [ground, back] of Object.entries(grounds)) {
    add(`text on ${ground}`, t.text.main, back, 7);
    add(`quiet text on ${ground}`, t.text.quiet, back, writing);
    add(`focus ring on ${ground}`, t.focus, back, mark);
    // Inside a bubble stand no other marks than its own writing.
    if (ground.startsWith('bubble')) continue;
    add(`accent text on ${ground}`, t.text.accent, back, writing);
    for (const tone of tones) add(`${tone} text on ${ground}`, t.tone[tone].fg, back, writing);
  }
  // Fields stand on these three; the rail and coloured remarks hold buttons only.
  for (const ground of ['app', 'pane', 'raised'] as const) {
    add(`control outline on ${ground}`, t.line.control, t.surface[ground], mark);
    add(`accent fill on ${ground}`, t.accent.fill, t.surface[ground], mark);
  }
  add('writing on accent', t.accent.on, t.accent.fill, writing);
  add('writing on accent, hovered', t.accent.on, t.accent.fillHover, writing);
  add('accent text on soft accent', t.text.accent, t.accent.soft, writing);
  add('text on soft accent', t.text.main, t.accent.soft, 7);
  add('writing on danger', t.danger.on, t.danger.fill, writing);
  add('writing on danger, hovered', t.danger.on, t.danger.fillHover, writing);
  for (const tone of tones) {
    const { fg, bg } = t.tone[tone];
    add(`${tone} on its ground`, fg, bg, writing);
    add(`text on ${tone}`, t.text.main, bg, 7);
    add(`quiet text on ${tone}`, t.text.quiet, bg, writing);
    add(`focus ring on ${tone}`, t.focus, bg, mark);
  }
  for (const [i, { bg, fg }] of t.avatar.entries()) add(`initials ${i}`, fg, bg, writing);
  add('failed on bubble out', t.tone.stop.fg, t.bubble.out, writing);
  add('warning on bubble out', t.tone.warn.fg, t.bubble.out, writing);
  return out;
}
