import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../door/door';
import { Clinic } from '../test/clinic';
import { openDesk } from '../test/desk';

/** An answer that comes when it is told to. */
function late<T>() {
  let come: (answer: T) => void = () => {};
  const answer = new Promise<T>((resolve) => {
    come = resolve;
  });
  return { answer, come: (value: T) => act(async () => come(value)) };
}

describe('somebody calls', () => {
  it('Enter takes nobody before the search that stands there is answered', async () => {
    const clinic = new Clinic();
    const all = clinic.replies['patient.list']({ search: '', after: '', limit: 100 });
    if ('code' in all) throw all;
    const [first, second] = all.items;
    if (!first || !second) throw new Error('the clinic has too few patients');
    const slow = late<Answer<'patient.list'>>();
    const { user, door } = openDesk({
      clinic,
      replies: {
        'patient.list': ({ search }) =>
          search === 'zzz' ? (slow.answer as never) : { items: [first], next: '' },
      },
    });
    await screen.findByRole('button', { name: 'Decide' });
    await user.keyboard('c');
    const field = within(await screen.findByRole('dialog')).getByRole('searchbox');
    const before = door.asked('patient.list').length;
    await user.type(field, 'z');
    expect(door.asked('patient.list')).toHaveLength(before);
    await user.type(field, 'z');
    expect(
      await screen.findByRole('button', { name: new RegExp(`^${first.name} .*555`) }),
    ).toBeVisible();
    await user.type(field, 'z{Enter}');
    expect(door.asked('patient.get')).toEqual([]);
    await slow.come({ items: [second], next: '' });
    await screen.findByRole('button', { name: new RegExp(`^${second.name} .*555`) });
    await user.type(field, '{Enter}');
    await waitFor(() => expect(door.asked('patient.get')).toContainEqual({ id: second.id }));
    expect(door.asked('patient.get')).not.toContainEqual({ id: first.id });
  });
});

describe('the code of a paper', () => {
  it('is answered by its own answer, also where a scanner reads faster', async () => {
    const first = late<Answer<'paper.verify'>>();
    const clinic = new Clinic();
    const known = clinic.replies['paper.verify']({ code: '7K2MD' });
    if ('params' in known) throw known;
    const { user, door } = openDesk({
      clinic,
      path: '/papers',
      replies: {
        'paper.verify': ({ code }) =>
          code === 'AAAA'
            ? (first.answer as never)
            : { ...known, patient: { ...known.patient, name: 'Second Paper' } },
      },
    });
    const field = await screen.findByLabelText('Record code');
    await user.type(field, 'AAAA{Enter}');
    await user.clear(field);
    await user.type(field, 'BBBB{Enter}');
    await first.come({ ...known, patient: { ...known.patient, name: 'First Paper' } });
    expect(await screen.findByText('Second Paper')).toBeVisible();
    expect(screen.queryByText('First Paper')).toBeNull();
    expect(door.asked('paper.verify')).toEqual([{ code: 'AAAA' }, { code: 'BBBB' }]);
  });
});
