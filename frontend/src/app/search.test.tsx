import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { SearchPage } from '../door/shapes';
import { Clinic } from '../test/clinic';
import { openDesk } from '../test/desk';

const results = () => screen.findByRole('listbox', { name: 'What was found' });
const field = () => screen.getByRole('searchbox', { name: 'Search people and texts' });

describe('a search', () => {
  it('finds people by name, and leads back to the list', async () => {
    const { user } = openDesk();
    await screen.findByText('Eleanor Whitfield');
    await user.keyboard('/Hann');
    const found = within(await results());
    expect((await found.findAllByText('Hannah Brandt'))[0]).toBeVisible();
    expect(found.getByText('People')).toBeVisible();
    expect(found.queryByText('Eleanor Whitfield')).toBeNull();
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('listbox', { name: 'What was found' })).toBeNull();
    expect(screen.getByRole('listbox', { name: 'Conversations' })).toBeVisible();
  });

  it('finds words in texts, marks them, and opens the conversation there', async () => {
    const { user, door } = openDesk();
    await screen.findByText('Eleanor Whitfield');
    await user.keyboard('{Control>}k{/Control}');
    expect(field()).toHaveFocus();
    await user.keyboard('came up at work');
    const found = within(await results());
    expect(await found.findByText('came up at work', { selector: 'mark' })).toBeVisible();
    await user.keyboard('{ArrowDown}{Enter}');
    await screen.findByRole('heading', { level: 2, name: 'Eleanor Whitfield' });
    const hit = door.asked('thread.open').at(-1);
    expect(hit).toMatchObject({ id: 't-p1', before: '', after: '' });
    expect(hit?.around).not.toBe('');
    expect(document.querySelector('[data-lit]')?.textContent).toContain('came up at work');
    // The results stay, for the next one.
    expect(field()).toHaveValue('came up at work');
  });

  it('opens what was asked for, not what stood there, when Enter comes first', async () => {
    const { user, door } = openDesk();
    await screen.findByText('Eleanor Whitfield');
    await user.keyboard('/Elea');
    await within(await results()).findAllByText('Eleanor Whitfield');
    await user.clear(field());
    await user.keyboard('Hannah{Enter}');
    expect(await screen.findByRole('heading', { level: 2, name: 'Hannah Brandt' })).toBeVisible();
    expect(new Set(door.asked('thread.open').map((q) => q.id)).size).toBe(1);
    expect(await results()).toHaveFocus();
  });

  it('asks under one name while somebody types, and under another after that', async () => {
    const { user, door } = openDesk();
    await screen.findByText('Eleanor Whitfield');
    await user.type(field(), 'work');
    await waitFor(() => expect(door.asked('search.find').at(-1)?.words).toBe('work'));
    await user.type(field(), 's');
    await waitFor(() => expect(door.asked('search.find').at(-1)?.words).toBe('works'));
    await user.clear(field());
    await user.type(field(), 'phone');
    await waitFor(() => expect(door.asked('search.find').at(-1)?.words).toBe('phone'));
    const runs = door.asked('search.find').map((q) => q.run);
    expect(new Set(runs).size).toBe(2);
    expect(runs[0]).not.toBe(runs.at(-1));
  });

  it('says what can be searched, and asks nothing, while there is too little', async () => {
    const { user, door } = openDesk();
    await screen.findByText('Eleanor Whitfield');
    await user.type(field(), 'w');
    expect(await screen.findByText('Type two letters or more')).toBeVisible();
    expect(door.asked('search.find')).toEqual([]);
  });

  it('says what to try where nothing is found', async () => {
    const { user } = openDesk();
    await screen.findByText('Eleanor Whitfield');
    await user.type(field(), 'zzzz');
    expect(await screen.findByRole('heading', { name: 'Nothing found' })).toBeVisible();
    expect(screen.getByText(/Try fewer letters/)).toBeVisible();
  });

  it('is narrowed in plain words, each of which can be taken away', async () => {
    const { user, door } = openDesk();
    await screen.findByText('Eleanor Whitfield');
    await user.click(screen.getByRole('button', { name: 'Narrow the search' }));
    // Without a layout it takes its button for one out of sight, and hides.
    const form = await screen.findByLabelText('Narrow the search', { selector: '[role="dialog"]' });
    await user.selectOptions(within(form).getByLabelText(/Written by/), 'Patients');
    await user.click(within(form).getByLabelText('With a picture or file'));
    await user.keyboard('{Escape}');
    await waitFor(() =>
      expect(door.asked('search.find').at(-1)).toMatchObject({ way: 'in', attachments: true }),
    );
    await user.click(screen.getByRole('button', { name: 'Remove: With a picture or file' }));
    await waitFor(() =>
      expect(door.asked('search.find').at(-1)).toMatchObject({ way: 'in', attachments: false }),
    );
    await user.click(screen.getByRole('button', { name: 'Remove: Patients' }));
    expect(await screen.findByRole('listbox', { name: 'Conversations' })).toBeVisible();
  });

  it('goes on by itself over pages without a row, and says how far it looked', async () => {
    const page: SearchPage = {
      people: [],
      morePeople: false,
      items: [],
      next: 'on',
      inside: false,
      backTo: '2025-03-02T17:00:00.000Z',
      behind: false,
    };
    const clinic = new Clinic();
    const { user, door } = openDesk({ clinic, replies: { 'search.find': () => page } });
    await screen.findByText('Eleanor Whitfield');
    await user.type(field(), 'rare');
    expect(await screen.findByText(/Looked through all texts back to/)).toBeVisible();
    const asked = door.asked('search.find').length;
    expect(asked).toBeGreaterThan(3);
    await user.click(screen.getByRole('button', { name: 'Keep looking' }));
    await waitFor(() => expect(door.asked('search.find').length).toBe(asked + 1));
  });

  it('says that texts may be missing while the search is being made', async () => {
    const page: SearchPage = {
      people: [],
      morePeople: false,
      items: [],
      next: '',
      inside: false,
      backTo: '',
      behind: true,
    };
    const { user } = openDesk({ replies: { 'search.find': () => page } });
    await screen.findByText('Eleanor Whitfield');
    await user.type(field(), 'rare');
    expect(
      await screen.findByText('The search is still being made', { selector: ':not([role])' }),
    ).toBeVisible();
    expect(screen.queryByText('Nothing found')).toBeNull();
  });
});
