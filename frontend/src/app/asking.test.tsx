import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { DoorError } from '../door/error';
import type { PatientCard, RoundPerson } from '../door/shapes';
import { Clinic, type Replies } from '../test/clinic';
import { openDesk } from '../test/desk';
import { reason } from '../test/people';
import { openState } from '../test/shapes';

const allowed: Replies['clinic.texting'] = () => ({
  majority: 18,
  verifiedOnly: false,
  spoken: false,
  answerFirst: false,
  askMany: true,
  liftLimits: false,
});

const person = (id: string, name: string): RoundPerson => ({
  id,
  name,
  language: 'en',
  phone: '(303) 555-0142',
  may: true,
  until: '',
  reasons: [],
  before: 'nothing',
});

describe('asking a patient for a consent by text', () => {
  it('shows no refusal of what has just been asked', async () => {
    const clinic = new Clinic();
    let asked = false;
    const { user, door } = openDesk({
      clinic,
      path: '/patients/p7',
      replies: {
        'consent.canAsk': () => ({
          answer: asked ? 'no' : 'go',
          until: '',
          reasons: asked ? [reason('asked', 'wait', 'program-check')] : [],
          phone: '(303) 555-0151',
          words: 'May we text you?',
          draft: false,
        }),
        'consent.askByText': ({ patient }) => {
          asked = true;
          return clinic.cards().find(({ id }) => id === patient) as PatientCard;
        },
      },
    });
    await user.click(await screen.findByRole('button', { name: 'Ask by text' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Ask Yusuf Demir by text?' }));
    await user.click(await dialog.findByRole('checkbox', { name: /said that we may ask/ }));
    await user.click(dialog.getByRole('button', { name: 'Send the question' }));
    expect(await screen.findByText('Yusuf Demir is asked by text.')).toBeVisible();
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(door.asked('consent.canAsk')).toHaveLength(1);
  });
});

describe('asking many by text', () => {
  const opened = async (replies: Partial<Replies> = {}) => {
    const clinic = new Clinic({ ...openState, mayDo: [...openState.mayDo, 'consent.ask_many'] });
    const desk = openDesk({
      clinic,
      path: '/consents',
      replies: {
        'clinic.texting': allowed,
        'round.people': () => ({
          items: [person('p1', 'Eleanor Whitfield'), person('p2', 'Noor Aziz')],
          words: [{ language: 'en', words: 'May we?', segments: 1, draft: false }],
          more: false,
          most: 500,
        }),
        ...replies,
      },
    });
    await desk.user.click(await screen.findByRole('button', { name: 'Choose whom to ask' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Ask many by text' }));
    await desk.user.click(await dialog.findByRole('checkbox', { name: /Noor Aziz/ }));
    await desk.user.click(dialog.getByRole('checkbox', { name: /said that we may ask/ }));
    return { ...desk, dialog };
  };

  it('keeps what was chosen where a later look fails', async () => {
    const { door, dialog, queries } = await opened();
    const down = () => new DoorError('door.unreachable', {}, true);
    door.on({ 'clinic.texting': down, 'round.standing': down, 'round.people': down });
    door.change('everything');
    await waitFor(() => expect(door.asked('round.standing').length).toBeGreaterThan(1));
    await waitFor(() => expect(queries.isFetching()).toBe(0));
    expect(dialog.getByRole('checkbox', { name: /Noor Aziz/ })).not.toBeChecked();
    expect(dialog.getByRole('checkbox', { name: /said that we may ask/ })).toBeChecked();
  });

  it('asks nobody who was not on the screen', async () => {
    const { user, door, dialog, queries } = await opened();
    door.on({
      'round.people': () => ({
        items: [person('p1', 'Eleanor Whitfield'), person('p3', 'Owen Whitfield')],
        words: [{ language: 'en', words: 'May we?', segments: 1, draft: false }],
        more: false,
        most: 500,
      }),
    });
    door.change('everything');
    await waitFor(() => expect(door.asked('round.people')).toHaveLength(2));
    await waitFor(() => expect(queries.isFetching()).toBe(0));
    await user.click(dialog.getByRole('button', { name: 'Ask 1 patient' }));
    await waitFor(() => expect(door.asked('round.begin')).toHaveLength(1));
    expect(door.asked('round.begin')[0]?.patients).toEqual(['p1']);
  });
});
