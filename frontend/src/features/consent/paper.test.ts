import { describe, expect, it } from 'vitest';
import { card, form } from '../../test/people';
import { blankPaper, gaps, lastOfYear, type Paper, toRecord } from './paper';

const forms = [form('texting-en', 'en'), form('texting-es', 'es')];
const adult = card('p', 'Ana', '(303) 555-0142', { language: 'es' });
const full: Paper = {
  ...blankPaper(adult, forms),
  signedOn: '2026-03-16',
  expires: '2027-03-16',
  categories: ['scheduling'],
  attested: true,
};

describe('a paper', () => {
  it("begins with the form in the patient's language", () => {
    expect(blankPaper(adult, forms)).toMatchObject({ form: 'texting-es', signer: 'patient' });
  });

  it('of a child begins with the parent', () => {
    const child = card('p', 'Grace', '(303) 555-0142', {
      age: 17,
      minor: true,
      guardian: 'Adaeze Okafor',
    });
    expect(blankPaper(child, forms)).toMatchObject({
      signer: 'parent',
      signerName: 'Adaeze Okafor',
    });
  });

  it.each([
    ['2026-01-12', '2027-01-11'],
    ['2026-01-01', '2026-12-31'],
    ['2024-02-29', '2025-02-28'],
    ['2027-03-01', '2028-02-29'],
    ['0002-03-04', '0003-03-03'],
    ['', ''],
  ])('signed on %s usually ends with %s', (signed, ends) => {
    expect(lastOfYear(signed)).toBe(ends);
  });

  it.each<[string, Partial<Paper>, readonly string[]]>([
    ['nothing', {}, []],
    ['the form', { form: '' }, ['form']],
    ['the date', { signedOn: '', expires: '' }, ['signedOn']],
    ['a day that has come', { signedOn: '2026-03-18' }, ['future']],
    ['today is fine', { signedOn: '2026-03-17' }, []],
    ['an end after the start', { expires: '2026-03-16' }, ['expires']],
    ['a topic', { categories: [] }, ['categories']],
    ['hours in order', { anyTime: false, fromHour: 17, toHour: 17 }, ['hours']],
    ['a day', { anyTime: false, weekdays: [] }, ['hours']],
    ['a first day that was asked for', { begins: '' }, ['begins']],
    ['a first day after the signature', { begins: '2026-03-01' }, ['begins']],
    [
      'the right of who represents an adult',
      { signer: 'representative', signerName: 'Ada', document: 'power of attorney' },
      ['authority'],
    ],
    [
      'the document of who represents an adult',
      { signer: 'representative', signerName: 'Ada', authority: 'agent' },
      ['document'],
    ],
    [
      'who signed',
      { signer: 'guardian', signerName: ' ', authority: 'a', document: 'b' },
      ['signerName'],
    ],
    ['the paper itself', { attested: false }, ['attested']],
  ])('misses %s', (_, change, expected) => {
    expect(gaps({ ...full, ...change }, '2026-03-17', false)).toEqual(expected);
  });

  it('lets a parent sign for a minor without a document', () => {
    const parent = { ...full, signer: 'parent' as const, signerName: 'Ada' };
    expect(gaps(parent, '2026-03-17', true)).toEqual([]);
  });

  it('is recorded as any hour and any day where the patient set none', () => {
    expect(toRecord('p', full)).toMatchObject({
      fromHour: 0,
      toHour: 24,
      weekdays: [],
      signerName: '',
    });
    expect(
      toRecord('p', { ...full, anyTime: false, weekdays: [0, 1, 2, 3, 4, 5, 6] }).weekdays,
    ).toEqual([]);
  });
});
