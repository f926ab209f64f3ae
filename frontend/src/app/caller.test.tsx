import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { PatientCard } from '../door/shapes';
import { Clinic } from '../test/clinic';
import { openDesk } from '../test/desk';
import { consent } from '../test/people';

const caller = 'Eleanor Whitfield';

/** The desk with a caller on the line, her card as it is given. */
async function called(change: (card: PatientCard) => PatientCard = (card) => card) {
  const clinic = new Clinic();
  clinic.changeCard('p1', change);
  const desk = openDesk({
    clinic,
    replies: {
      'consent.narrow': ({ id, scope }) => {
        const card = clinic.changeCard('p1', (c) => ({
          ...c,
          consents: c.consents.map((row) => (row.id === id ? { ...row, scope } : row)),
        }));
        if (!card) throw new Error('there is no such patient');
        return card;
      },
    },
  });
  await screen.findByRole('button', { name: 'Decide' });
  await desk.user.keyboard('c');
  const dialog = within(await screen.findByRole('dialog'));
  await desk.user.type(dialog.getByRole('searchbox'), 'whitf');
  await desk.user.click(await dialog.findByRole('button', { name: new RegExp(`^${caller}`) }));
  expect(await dialog.findByText('May we text?')).toBeVisible();
  const knows = async () => {
    for (const said of ['Full name', 'Birth date']) {
      await desk.user.click(dialog.getByRole('checkbox', { name: said }));
    }
  };
  const fact = (term: string) => dialog.getByText(term).nextElementSibling;
  return { ...desk, dialog, knows, fact };
}

describe('the card of a caller', () => {
  it('says what may be texted by what would be decided, not by what the form once had', async () => {
    const { fact } = await called((card) => ({ ...card, categories: ['scheduling'] }));
    expect(fact('May we text?')).toHaveTextContent(/^Appointments$/);
  });

  it('changes nothing before two answers are right', async () => {
    const { user, door, dialog } = await called();
    await user.keyboard('12');
    await user.click(dialog.getByRole('checkbox', { name: 'Full name' }));
    await user.keyboard('12');
    expect(door.asked('consent.revoke')).toEqual([]);
    expect(door.asked('consent.narrow')).toEqual([]);
    await user.click(dialog.getByRole('checkbox', { name: 'Birth date' }));
    await user.keyboard('2');
    await waitFor(() => expect(door.asked('consent.narrow')).toHaveLength(1));
    expect(door.asked('consent.narrow')[0]).toMatchObject({
      id: 'c-p1',
      how: 'call',
      scope: { categories: ['reminders'] },
    });
    expect(await screen.findByText('Only reminders go from now on.')).toBeVisible();
  });

  it.each(['verbal', 'paused', 'requested', 'pending'] as const)(
    'stops all texts where the consent is %s',
    async (state) => {
      const { user, door, knows } = await called((card) => ({
        ...card,
        standing: 'cannot_text',
        consents: [consent('c1', { state }), consent('c2', { state: 'requested' })],
      }));
      await knows();
      await user.keyboard('1');
      // What was asked for could still be answered YES.
      await waitFor(() =>
        expect(door.asked('consent.revoke')).toEqual([
          { id: 'c1', how: 'call' },
          { id: 'c2', how: 'call' },
        ]),
      );
      expect(await screen.findByText('No more texts go to this patient.')).toBeVisible();
    },
  );

  it('brings reminders back after a STOP, and does not say that they go', async () => {
    const { user, door, knows } = await called((card) => ({
      ...card,
      standing: 'cannot_text',
      consents: [consent('c1', { state: 'revoked', revokedHow: 'text', returns: true })],
    }));
    await knows();
    await user.keyboard('1');
    expect(door.asked('consent.revoke')).toEqual([]);
    await user.keyboard('2');
    await waitFor(() => expect(door.asked('consent.narrow')).toHaveLength(1));
    expect(await screen.findByText(/none can go yet/)).toBeVisible();
  });

  it('leaves nothing of a topic that was ruled out', async () => {
    const { user, door, knows } = await called((card) => {
      const [c] = card.consents;
      if (!c) throw new Error('she has no consent');
      return { ...card, consents: [{ ...c, scope: { ...c.scope, excluded: ['reminders'] } }] };
    });
    await knows();
    await user.keyboard('2');
    expect(door.asked('consent.narrow')).toEqual([]);
  });

  it('takes digits only while the focus is in it, and only where they are not turned off', async () => {
    const { user, door, knows, dialog, clinic, queries } = await called();
    await knows();
    // Dictation types into whatever has the focus: here nothing of the card.
    fireEvent.keyDown(document.body, { key: '1' });
    expect(door.asked('consent.revoke')).toEqual([]);
    clinic.device = { ...clinic.device, plainKeys: false };
    await queries.invalidateQueries();
    await waitFor(() =>
      expect(dialog.getByRole('button', { name: 'Stop all texts' })).not.toHaveTextContent('1'),
    );
    await user.keyboard('1');
    expect(door.asked('consent.revoke')).toEqual([]);
    await user.click(dialog.getByRole('button', { name: 'Stop all texts' }));
    await waitFor(() => expect(door.asked('consent.revoke')).toHaveLength(1));
  });
});
