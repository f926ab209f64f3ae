import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { Clinic } from '../test/clinic';
import { openDesk } from '../test/desk';
import { ago } from '../test/people';

describe('whether all texts are here', () => {
  it('says what the last check came to, and checks again', async () => {
    const { user, door } = openDesk({ path: '/settings' });
    expect(
      await screen.findByText(
        'All 8409 listed texts are here. 2 came late and were brought in. 3 are from numbers that cannot be answered, and were not kept.',
      ),
    ).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Check all texts' }));
    expect(await screen.findByText('Checking all texts. 2,000 so far.')).toBeVisible();
    expect(door.asked('line.compare')).toHaveLength(1);
  });

  it.each([
    [{ listed: 0, kept: 0, aside: 0 }, "The phone service's list is empty."],
    [{ listed: 1, kept: 1, aside: 0 }, 'The one listed text is here.'],
    [
      { listed: 1, kept: 0, aside: 1 },
      '1 is from a number that cannot be answered, and was not kept.',
    ],
  ])('says what a check of %o came to', async (came, said) => {
    const clinic = new Clinic();
    clinic.reading = { ...clinic.reading, ...came, brought: 0, missing: 0, holes: [] };
    openDesk({ clinic, path: '/settings' });
    expect(await screen.findByText(said)).toBeVisible();
  });

  it('prints what the last check came to', async () => {
    const print = vi.spyOn(window, 'print').mockImplementation(() => undefined);
    const { user } = openDesk({ path: '/settings' });
    await user.click(await screen.findByRole('button', { name: 'Print the result' }));
    const paper = within(await screen.findByRole('dialog'));
    expect(await paper.findByText('8,412')).toBeVisible();
    await user.click(paper.getByRole('button', { name: 'Print it' }));
    expect(print).toHaveBeenCalledOnce();
    expect(screen.getByText('Date and signature')).toBeInTheDocument();
    print.mockRestore();
  });

  it('lets earlier texts rest and go on', async () => {
    const clinic = new Clinic();
    clinic.reading = { ...clinic.reading, history: 'going', work: 'history', done: 1200 };
    const { user } = openDesk({ clinic, path: '/settings' });
    expect(await screen.findByText('Bringing in earlier texts. 1,200 so far.')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Pause' }));
    await user.click(await screen.findByRole('button', { name: 'Go on' }));
    expect(await screen.findByRole('button', { name: 'Pause' })).toBeVisible();
  });

  it('names the days of which something is missing', async () => {
    const clinic = new Clinic();
    clinic.reading = {
      ...clinic.reading,
      missing: 2,
      holes: [{ day: '2026-03-12', listed: 40, missing: 2 }],
      alarm: { code: 'exchange.missing', params: { count: 2 } },
    };
    openDesk({ clinic, path: '/settings' });
    expect(await screen.findByText('March 12, 2026: 2 missing')).toBeVisible();
    expect(screen.getAllByText(/lists texts that are not in the records/).length).toBeGreaterThan(
      1,
    );
  });

  it('tells of somebody else who texts from the number, until a person knows who', async () => {
    const clinic = new Clinic();
    const last = ago(30);
    clinic.reading = {
      ...clinic.reading,
      sender: { texts: 3, first: ago(90), last, thread: 't-p2' },
    };
    const { user, door } = openDesk({ clinic });
    expect(await screen.findByText(/3 texts went out from your number/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'I know who sent it' }));
    const question = await screen.findByRole('dialog');
    expect(door.asked('line.settleSender')).toEqual([]);
    await user.click(within(question).getByRole('button', { name: 'Yes, it has stopped' }));
    await waitFor(() => expect(door.asked('line.settleSender')).toEqual([{ upTo: last }]));
  });
});

describe('texts that wait for a person', () => {
  it('asks about all of them in one list, and sends none of which nobody knows', async () => {
    const { user, door, clinic } = openDesk();
    const held = clinic.people
      .flatMap((p) => p.messages)
      .filter((m) => m.state === 'held' || m.state === 'ask');
    expect(held.map((m) => m.state)).toEqual(expect.arrayContaining(['held', 'ask']));
    await user.click(await screen.findByRole('button', { name: 'Decide' }));
    const list = await screen.findByRole('dialog');
    expect(
      await within(list).findByRole('heading', { name: `Still send these ${held.length} texts?` }),
    ).toBeVisible();
    expect(within(list).getAllByRole('listitem')).toHaveLength(held.length);
    await user.click(within(list).getByRole('button', { name: 'Done deciding' }));
    await waitFor(() =>
      expect(door.asked('text.resolveAll')).toEqual([
        { send: held.filter((m) => m.state === 'held').map((m) => m.id), leave: [] },
      ]),
    );
  });

  it('stays with the list that was opened, and asks about what came later by itself', async () => {
    const clinic = new Clinic();
    const texts = clinic.people.flatMap((p) => p.messages);
    const later = texts.find((m) => m.state === 'delivered');
    const first = texts.filter((m) => m.state === 'held').map((m) => m.id);
    const { user, door } = openDesk({ clinic });
    await user.click(await screen.findByRole('button', { name: 'Decide' }));
    const list = within(await screen.findByRole('dialog'));
    const rows = (await list.findAllByRole('listitem')).length;
    clinic.change(later?.id ?? '', { state: 'held' });
    door.change('line');
    door.change('unheard of');
    expect(list.getAllByRole('listitem')).toHaveLength(rows);
    await user.click(list.getByRole('button', { name: 'Done deciding' }));
    await waitFor(() =>
      expect(door.asked('text.resolveAll')).toEqual([{ send: first, leave: [] }]),
    );
    expect(await list.findByText(later?.body ?? '')).toBeVisible();
  });
});
