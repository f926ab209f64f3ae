import { describe, expect, it, test } from 'vitest';
import { contrast, pairs } from './contrast';
import { cssVariables, dark, light } from './tokens';

describe('contrast', () => {
  it('gives the known ratios of the standard', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
    expect(contrast('#1d6f69', '#1d6f69')).toBe(1);
  });
});

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s scheme', (_name, tokens) => {
  test.each(pairs(tokens).map((p) => [p.name, p] as const))('%s', (_pair, p) => {
    expect(contrast(p.front, p.back)).toBeGreaterThanOrEqual(p.atLeast);
  });

  it('writes every colour in full', () => {
    for (const value of Object.values(cssVariables(tokens))) {
      expect(value).toMatch(/^#[0-9a-f]{6}$/);
    }
  });
});

describe('the schemes', () => {
  it('have the same names', () => {
    expect(Object.keys(cssVariables(dark))).toEqual(Object.keys(cssVariables(light)));
  });
});
