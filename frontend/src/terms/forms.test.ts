import { expect, it } from 'vitest';
import type { FormRow } from '../door/shapes';
import { form } from '../test/people';
import { formFor } from './forms';

const forms: readonly FormRow[] = [
  { ...form('3-en', 'en'), retired: true },
  { ...form('2-part2-en', 'en'), variant: 'part2' },
  form('2-en', 'en'),
  { ...form('2-minor-es', 'es'), variant: 'minor' },
];

it.each([
  ['en', false, '2-en'],
  ['es', true, '2-minor-es'],
  // Nobody signs a form that she cannot read, or that asks somebody else.
  ['es', false, undefined],
  ['en', true, undefined],
] as const)('the form for %s, a minor: %s, is %s', (language, minor, version) => {
  expect(formFor({ language, minor }, forms)?.version).toBe(version);
});
