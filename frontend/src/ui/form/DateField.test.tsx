import { screen } from '@testing-library/react';
import { useState } from 'react';
import { describe, expect, it, test } from 'vitest';
import { onScreen } from '../../test/onScreen';
import { partsOf, readDay } from './calendar';
import { DateField } from './DateField';

describe('a day read from its parts', () => {
  test.each([
    ['2017', '3', '4', '2017-03-04'],
    ['2024', '2', '29', '2024-02-29'],
    ['2000', '02', '29', '2000-02-29'],
  ])('%s, %s, %s is %s', (year, month, day, value) => {
    expect(readDay({ year, month, day })).toEqual({ kind: 'day', value });
  });

  test.each([
    ['2023', '2', '29'],
    ['1900', '2', '29'],
    ['2017', '4', '31'],
    ['2017', '13', '1'],
    ['2017', '0', '1'],
    ['2017', '1', '0'],
    ['0000', '1', '1'],
    ['2O17', '1', '1'],
    ['20170', '1', '1'],
    ['-201', '1', '1'],
  ])('%s, %s, %s does not exist', (year, month, day) => {
    expect(readDay({ year, month, day })).toEqual({ kind: 'none' });
  });

  test.each([
    ['', '', ''],
    ['17', '3', '4'],
    ['2017', '', '4'],
    ['2017', '3', ''],
  ])('%j, %j, %j is not all there', (year, month, day) => {
    expect(readDay({ year, month, day })).toEqual({ kind: 'incomplete' });
  });

  it('goes back to its parts', () => {
    expect(partsOf('2017-03-04')).toEqual({ year: '2017', month: '3', day: '4' });
    expect(partsOf('tomorrow')).toEqual({ year: '', month: '', day: '' });
  });
});

function Birthday({ start = '' }: { readonly start?: string }) {
  const [value, setValue] = useState(start);
  return (
    <>
      <DateField label="Date of birth" value={value} onChange={setValue} />
      <output>{value}</output>
      <button type="button" onClick={() => setValue('1999-12-31')}>
        Other
      </button>
    </>
  );
}

const value = () => screen.getAllByRole('status').at(-1)?.textContent;

describe('the field for a day', () => {
  it('gives a day once all of it is there', async () => {
    const { user } = onScreen(<Birthday />);
    await user.selectOptions(screen.getByLabelText('Month'), 'March');
    await user.type(screen.getByLabelText('Day'), '4');
    await user.type(screen.getByLabelText('Year'), '201');
    expect(value()).toBe('');
    await user.type(screen.getByLabelText('Year'), '7');
    expect(value()).toBe('2017-03-04');
  });

  it('says at once that a day does not exist', async () => {
    const { user } = onScreen(<Birthday start="2017-02-28" />);
    await user.clear(screen.getByLabelText('Day'));
    await user.type(screen.getByLabelText('Day'), '30');
    expect(value()).toBe('');
    expect(screen.getByRole('group', { name: 'Date of birth' })).toHaveAccessibleDescription(
      'The calendar has no such day.',
    );
  });

  it('asks for the rest only after it has been left', async () => {
    const { user } = onScreen(<Birthday />);
    await user.type(screen.getByLabelText('Day'), '4');
    expect(screen.getByRole('group')).not.toHaveAccessibleDescription();
    await user.click(screen.getByRole('button', { name: 'Other' }));
    expect(screen.getByLabelText('Year')).toHaveValue('1999');
  });

  it('keeps what is in the boxes while they hold no day', async () => {
    const { user } = onScreen(<Birthday start="2017-02-28" />);
    await user.clear(screen.getByLabelText('Year'));
    expect(screen.getByLabelText('Day')).toHaveValue('28');
  });

  it('puts the day first in Spanish and names the month in it', () => {
    onScreen(<Birthday start="2017-03-04" />, 'es');
    const labels = screen.getByRole('group').querySelectorAll('label');
    expect([...labels].map((l) => l.textContent)).toEqual(['Día', 'Mes', 'Año']);
    expect(screen.getByLabelText('Mes')).toHaveDisplayValue('marzo');
  });
});
