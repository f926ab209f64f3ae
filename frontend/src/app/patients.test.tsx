import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Clinic } from '../test/clinic';
import { openDesk } from '../test/desk';
import { ago, consent, reason, text } from '../test/people';
import { openState } from '../test/shapes';

const scan = (id: string, pages: number) => ({
  id,
  format: 'PDF',
  bytes: 88_000,
  pages,
  at: ago(600),
  by: 'Rosa Delgado',
  problem: null,
});

describe('the card of a patient', () => {
  it('names no two buttons alike', async () => {
    const clinic = new Clinic({ ...openState, mayDo: [...openState.mayDo, 'care.assign'] });
    clinic.changeCard('p1', (card) => {
      const [number] = card.numbers;
      if (!number) throw new Error('a number is missing');
      return {
        ...card,
        numbers: [number, { ...number, id: 'n-second', phone: '(303) 555-0188' }],
        consents: [
          consent('c-1', { scans: [scan('s-1', 1), scan('s-2', 2)] }),
          consent('c-2', { code: '8R2VD-KX4TN', scans: [scan('s-3', 3)] }),
        ],
        therapists: [
          { id: 'm1', name: 'Ana Vega' },
          { id: 'm2', name: 'Ben Okafor' },
        ],
        disclosures: ['i-1', 'i-2'].map((incident, i) => ({
          at: ago(60 * 24 * (i + 1)),
          incident,
          recipient: 'stranger' as const,
          contents: ['name' as const],
        })),
      };
    });
    openDesk({ clinic, path: '/patients/p1' });
    await screen.findByText('(303) 555-0188');
    const names: string[] = [];
    screen.getAllByRole('button', { name: (name) => names.push(name) > 0 });
    expect(names).toContain('Verify this number (303) 555-0188');
    expect(names).toContain('Take consent back Consent 8R2VD-KX4TN');
    expect(names).toContain('Take off Ben Okafor');
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });
});

it('shows the code of a number whatever the answer is meanwhile, until the number is verified', async () => {
  const clinic = new Clinic();
  const change = (more: object, numberMore: object = {}) =>
    clinic.changeCard('p7', (card) => ({
      ...card,
      ...more,
      numbers: card.numbers.map((n) => ({ ...n, thread: 't-p7', ...numberMore })),
    }));
  change({ reasons: [reason('number_unverified', 'verify_number', '45-CFR-164.514(h)')] });
  const { user, door } = openDesk({ clinic, path: '/inbox/t-p7' });
  const verify = () => screen.queryAllByRole('button', { name: 'Verify this number' });
  await waitFor(() => expect(verify()).toHaveLength(1));
  await user.click(verify()[0] as HTMLElement);
  const dialog = await screen.findByRole('dialog', { name: 'Verify this number' });
  expect(within(dialog).getByText(/482 913/)).toBeVisible();

  // A text comes meanwhile, and the answer is another one.
  change({ reasons: [reason('no_consent', 'record_consent', '78-FR-5634')] });
  clinic.arrive('t-p7', text('new', 'in', 'Here I am', ago(0)));
  door.change('thread', 't-p7');
  await screen.findByText('Here I am');
  await waitFor(() => expect(door.asked('text.check').length).toBeGreaterThan(1));
  await waitFor(() =>
    expect(screen.queryByText('Verify this number', { selector: 'button *' })).toBeNull(),
  );
  expect(within(dialog).getByText(/482 913/)).toBeVisible();

  change({}, { verified: ago(0) });
  door.change('thread', 't-p7');
  await waitFor(() => expect(screen.queryByText(/482 913/)).toBeNull());
});
