import { describe, expect, it, test } from 'vitest';
import { hue, initials } from './initials';
import { modifier } from './platform';

describe('initials', () => {
  test.each([
    ['Maria Delgado', 'MD'],
    ['maria luisa delgado', 'MD'],
    ['Cher', 'C'],
    ['Nguyễn Thị Lan', 'NL'],
    ['Siobhán Ó Briain', 'SB'],
    ["D'Andre Okafor-Smith", 'DO'],
    ['Омар Бекмамбетов', 'ОБ'],
    ['Ελένη Παππά', 'ΕΠ'],
    ['王小明', '王'],
    ['김서연', '김'],
    ['فاطمة الزهراء', 'ف'],
    ['प्रिया शर्मा', 'प्रि'],
    ['E\u0301lodie Martin', 'ÉM'],
    ['"Bud" Smith', 'BS'],
    ['Smith 2', 'S'],
    ['12345', ''],
    ['', ''],
    ['   ', ''],
  ])('of %j are %j', (name, expected) => {
    expect(initials(name)).toBe(expected);
  });
});

describe('the ground of a name', () => {
  it('is the same for the same name, however it is composed', () => {
    expect(hue('E\u0301lodie')).toBe(hue('Élodie'));
  });

  it('spreads over all eight', () => {
    const found = new Set(Array.from({ length: 200 }, (_, at) => hue(`Name ${at}`)));
    expect([...found].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('the key for commands', () => {
  test.each([
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15', 'Meta'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36', 'Control'],
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15', 'Control'],
  ])('on %s is %s', (agent, expected) => {
    expect(modifier(agent).spoken).toBe(expected);
  });
});
