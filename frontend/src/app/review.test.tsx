import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { DoorError } from '../door/error';
import { Clinic } from '../test/clinic';
import { openDesk } from '../test/desk';
import { ago } from '../test/people';
import { openState } from '../test/shapes';

/** Somebody who may decide about lost records. */
const decider = () =>
  new Clinic({ ...openState, mayDo: [...openState.mayDo, 'records.accept_loss'] });

const standing = () => {
  const clinic = decider();
  clinic.standstill = { review: { from: ago(300), until: ago(60), read: true }, other: null };
  clinic.review = {
    items: [
      { thread: 't-p2', patient: null, phone: '(303) 555-0177', told: 'stop', texts: 1 },
      { thread: 't-p1', patient: null, phone: '(303) 555-0178', told: 'wrote', texts: 2 },
    ],
    more: false,
    hidden: false,
    mark: 'seen',
  };
  return clinic;
};

describe('after a restore', () => {
  it('no text leaves before a person has read what came in, answered for the rest, and signed', async () => {
    const clinic = standing();
    const { user, door } = openDesk({ clinic });
    expect(await screen.findByText(/No text can leave yet/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Look at it' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(await dialog.findByText('Asked for no more texts. Texts are off.')).toBeVisible();
    expect(dialog.getByText('2 texts to read')).toBeVisible();
    await user.click(dialog.getByRole('button', { name: 'Sign, and let texts leave' }));
    expect(door.asked('line.signReview')).toEqual([]);
    await user.click(dialog.getByLabelText('Somebody did, and it is recorded here again.'));
    await user.click(dialog.getByRole('button', { name: 'Sign, and let texts leave' }));
    await waitFor(() =>
      expect(door.asked('line.signReview')).toEqual([{ mark: 'seen', answer: 'recorded' }]),
    );
    await waitFor(() => expect(screen.queryByText(/No text can leave yet/)).toBeNull());
  });

  it('what is signed is what was read, also where more came in meanwhile', async () => {
    const clinic = standing();
    const { user, door } = openDesk({ clinic });
    await user.click(await screen.findByRole('button', { name: 'Look at it' }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.click(await dialog.findByLabelText('I asked. Nobody took anything back.'));
    const [item] = clinic.review.items;
    if (!item) throw new Error('nothing to review');
    const newer = [{ ...item, thread: 't-p3', phone: '(303) 555-0179' }];
    clinic.review = { items: newer, more: false, hidden: false, mark: 'unseen' };
    door.change('line');
    door.change('unheard of');
    door.on({
      'line.signReview': ({ mark }) =>
        mark === 'unseen' ? clinic.standstill : new DoorError('exchange.review_moved'),
    });
    await user.click(dialog.getByRole('button', { name: 'Sign, and let texts leave' }));
    expect(await dialog.findByText('(303) 555-0179')).toBeVisible();
    expect(door.asked('line.signReview')).toEqual([{ mark: 'seen', answer: 'nobody' }]);
    // The new list takes a new answer.
    expect(dialog.getByLabelText('I asked. Nobody took anything back.')).not.toBeChecked();
  });

  it('nobody can sign before the phone service was read', async () => {
    const clinic = standing();
    clinic.standstill = { review: { from: '', until: '', read: false }, other: null };
    const { user, door } = openDesk({ clinic });
    await user.click(await screen.findByRole('button', { name: 'Look at it' }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.click(await dialog.findByLabelText('I asked. Nobody took anything back.'));
    await user.click(dialog.getByRole('button', { name: 'Sign, and let texts leave' }));
    expect(door.asked('line.signReview')).toEqual([]);
    expect(
      dialog.getByText('The phone service is still being read.', { selector: 'p, strong, div' }),
    ).toBeVisible();
  });

  it('whoever may not decide is told who does', async () => {
    const clinic = standing();
    clinic.state = { ...openState, mayDo: [] };
    openDesk({ clinic });
    expect(
      await screen.findByText(/The office manager or the privacy officer decides/),
    ).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Look at it' })).toBeNull();
  });
});

describe('another computer with the same clinic', () => {
  it('stops this one until a person says which is used', async () => {
    const clinic = decider();
    clinic.standstill = {
      review: null,
      other: { made: ago(60), found: ago(5), incarnation: 2, seq: 40 },
    };
    const { user, door } = openDesk({ clinic });
    expect(await screen.findByText(/This one stopped sending texts/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Look at it' }));
    const question = within(await screen.findByRole('dialog'));
    await user.click(question.getByRole('button', { name: 'I use this computer' }));
    await waitFor(() =>
      expect(door.asked('line.useThisCopy')).toEqual([{ incarnation: 2, seq: 40 }]),
    );
    await waitFor(() => expect(screen.queryByText(/This one stopped sending texts/)).toBeNull());
  });
});
