import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { DoorError } from '../door/error';
import type { Doubt } from '../door/shapes';
import { DoubtNotice } from '../features/inbox/DoubtNotice';
import { Clinic } from '../test/clinic';
import { openDesk } from '../test/desk';
import { onScreen } from '../test/onScreen';
import { ago } from '../test/people';
import { openState } from '../test/shapes';

const doubt = (n: number, change: Partial<Doubt>): Doubt => ({
  message: `m-${n}`,
  thread: `t-p${n}`,
  patient: null,
  phone: `(303) 555-017${n}`,
  words: 'Please stop for today',
  why: 'words',
  at: ago(5),
  held: false,
  reminders: true,
  decided: '',
  by: '',
  decidedAt: '',
  ...change,
});

/** A clinic in which three people may want no more texts, each for another reason. */
const doubting = (mayDo: readonly string[] = ['consent.record']) => {
  const clinic = new Clinic({ ...openState, mayDo: [...mayDo] });
  clinic.doubts = [
    doubt(1, {}),
    doubt(2, { why: 'refused', words: 'Your visit is on Tuesday', reminders: false }),
    doubt(3, { why: 'reopened', words: 'YES', reminders: false }),
  ];
  return clinic;
};

const opened = async (clinic: Clinic) => {
  const desk = openDesk({ clinic });
  await desk.user.click(await screen.findByRole('button', { name: 'Read and decide' }));
  const list = within(await screen.findByRole('dialog', { name: 'Are texts still wanted?' }));
  const of = async (phone: string) => {
    const row = (await list.findByText(phone)).closest('li');
    if (!row) throw new Error('a doubt stands in no list');
    return within(row);
  };
  return { ...desk, list, of };
};

describe('whether a patient still wants texts', () => {
  it('is read with the words, and each is decided for itself until none is left', async () => {
    const { user, door, list, of } = await opened(doubting());
    const words = await of('(303) 555-0171');
    expect(words.getByText('Please stop for today')).toBeVisible();
    // Something else was meant: what was on hold waits for whoever lets it go.
    await user.click(words.getByRole('button', { name: 'Something else was meant' }));
    expect(await screen.findByText(/What was on hold waits for you/)).toBeVisible();
    await waitFor(() => expect(list.queryByText('(303) 555-0171')).toBeNull());

    // The phone service knows of a STOP that nobody has here: it stays so.
    const refused = await of('(303) 555-0172');
    expect(refused.getByText(/Texts stay off until the patient texts START/)).toBeVisible();
    expect(refused.queryByRole('button', { name: 'Reminders only' })).toBeNull();
    await user.click(refused.getByRole('button', { name: 'No more texts' }));

    // After a STOP nothing here can be stopped, or let go on.
    const reopened = await of('(303) 555-0173');
    expect(reopened.queryByRole('button', { name: 'No more texts' })).toBeNull();
    await user.click(reopened.getByRole('button', { name: 'Leave texts off' }));
    expect(await list.findByText('Everything is decided.')).toBeVisible();
    expect(door.asked('consent.settleDoubt')).toEqual([
      { message: 'm-1', decision: 'go_on' },
      { message: 'm-2', decision: 'stop' },
      { message: 'm-3', decision: 'go_on' },
    ]);
    await waitFor(() =>
      expect(
        screen.queryByText(/Nothing goes out there/, { ignore: '[role=dialog] *' }),
      ).toBeNull(),
    );
  });

  it('stays open where the decision could not be recorded', async () => {
    const clinic = doubting();
    const { user, door, of, list } = await opened(clinic);
    door.on({ 'consent.settleDoubt': () => new DoorError('consent.over') });
    const words = await of('(303) 555-0171');
    await user.click(words.getByRole('button', { name: 'Reminders only' }));
    expect(await words.findByRole('alert')).toBeVisible();
    expect(words.getByText('Please stop for today')).toBeVisible();
    expect(screen.queryByText(/From now on only reminders go out/)).toBeNull();
    // The same row takes the next try.
    door.on({ 'consent.settleDoubt': clinic.replies['consent.settleDoubt'] });
    await user.click(words.getByRole('button', { name: 'Reminders only' }));
    await waitFor(() => expect(list.queryByText('(303) 555-0171')).toBeNull());
    expect(await of('(303) 555-0172')).toBeTruthy();
  });

  it('is decided by nobody who may not record consents', async () => {
    const { of } = await opened(doubting([]));
    const words = await of('(303) 555-0171');
    expect(words.getByText('Please stop for today')).toBeVisible();
    expect(words.getAllByRole('button').map((b) => b.textContent)).toEqual([
      'Open the conversation',
    ]);
  });

  it.each([
    ['words', 'go_on', /^Kim Lee read the words on .*: something else was meant\.$/],
    ['refused', 'go_on', /^Kim Lee decided after the refusal on .*: the consent still stands\.$/],
    ['reopened', 'go_on', /^Kim Lee decided after YES on .*: texts stay off\.$/],
  ] as const)('tells later what was decided of %s', (why, decided, told) => {
    onScreen(
      <DoubtNotice doubts={[doubt(1, { why, decided, by: 'Kim Lee', decidedAt: ago(1) })]} />,
    );
    expect(screen.getByText(told)).toBeVisible();
  });
});
