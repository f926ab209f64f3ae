import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DoorError } from '../door/error';
import type { Attachment } from '../door/shapes';
import { Clinic } from '../test/clinic';
import { openDesk } from '../test/desk';
import { ago, attachment, text } from '../test/people';

const urls = new Map<string, Blob>();
let made = 0;

beforeEach(() => {
  urls.clear();
  // jsdom has neither addresses for what is in memory nor a server.
  URL.createObjectURL = (content) => {
    made += 1;
    const url = `blob:picture-${made}`;
    urls.set(url, content as Blob);
    return url;
  };
  URL.revokeObjectURL = (url) => void urls.delete(url);
  vi.stubGlobal(
    'fetch',
    vi.fn(async (address: string) => ({
      ok: address.startsWith('/attachment/'),
      blob: async () => new Blob([address], { type: 'image/jpeg' }),
    })),
  );
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** The desk with a conversation in which somebody has sent things. */
function withAttached(media: number, attachments: Attachment[], body = 'Both sides') {
  const clinic = new Clinic();
  clinic.arrive('t-p1', text('sent', 'in', body, ago(0), { media, attachments }));
  return openDesk({
    clinic,
    path: '/inbox/t-p1',
    replies: {
      'attachment.previews': ({ ids }) => ({
        items: ids.map((id) => ({ id, address: `/attachment/small-${id}`, problem: null })),
      }),
      'attachment.open': ({ id }) => ({
        id,
        address: `/attachment/full-${id}`,
        width: 800,
        height: 600,
      }),
    },
  });
}

const name = /^Picture from Eleanor Whitfield/;

it('shows small pictures and opens them in full, one after another', async () => {
  const { user, door } = withAttached(2, [attachment('a'), attachment('b')]);
  await waitFor(() => expect(screen.getAllByRole('img', { name })).toHaveLength(2));
  expect(door.asked('attachment.previews')).toEqual([{ ids: ['a', 'b'] }]);
  expect(door.asked('attachment.open')).toEqual([]);

  const [first] = screen.getAllByRole('img', { name });
  if (!first) throw new Error('no picture');
  await user.click(first);
  const viewer = await screen.findByRole('dialog', { name });
  expect(await within(viewer).findByRole('img', { name })).toBeVisible();
  await user.keyboard('+');
  expect(await within(viewer).findByText('100%')).toBeVisible();
  await user.keyboard('{ArrowRight}');
  await waitFor(() => expect(door.asked('attachment.open').map((r) => r.id)).toEqual(['a', 'b']));
  expect(await within(viewer).findByText('Fitted')).toBeVisible();
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

it('says what is coming, what is not shown and what is lost', async () => {
  withAttached(4, [
    attachment('pdf', { kind: 'paper', format: 'PDF', bytes: 88_000, shown: false }),
    attachment('gone', {
      shown: false,
      lost: true,
      problem: { code: 'exchange.media_gone', params: {} },
    }),
    attachment('bad', {
      shown: false,
      lost: true,
      problem: { code: 'blob.damaged', params: {} },
    }),
  ]);
  expect(await screen.findByText('1 picture or file is being fetched')).toBeVisible();
  expect(screen.getByText('Document')).toBeVisible();
  expect(screen.getByText(/^PDF · 88 kB\. It is kept/)).toBeVisible();
  expect(screen.getByText(/does not have this attachment any more/)).toBeVisible();
  expect(screen.getByText(/is damaged and cannot be shown/)).toBeVisible();
  expect(screen.queryByRole('img', { name })).toBeNull();
});

const paper = attachment('pdf', { kind: 'paper', format: 'PDF', shown: false });

it('saves a copy where it is wanted, after a word of warning', async () => {
  const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
    this: HTMLAnchorElement,
  ) {
    saved.push([this.getAttribute('href'), this.download]);
  });
  const saved: unknown[] = [];
  const { user, door } = withAttached(1, [paper]);
  await user.click(await screen.findByRole('button', { name: /^Save a copy/ }));
  const question = await screen.findByRole('dialog', { name: /outside of Quietline/ });
  expect(question).toHaveTextContent('Whoever can open the place where you save it can read it.');
  expect(door.asked('attachment.saveCopy')).toEqual([]);
  door.on({
    'attachment.saveCopy': () => ({ saved: false, address: '/attachment/x', name: 'a.pdf' }),
  });
  await user.click(within(question).getByRole('button', { name: 'Save a copy' }));
  expect(await screen.findByText('The copy was saved.')).toBeVisible();
  expect(door.asked('attachment.saveCopy')).toEqual([{ id: 'pdf' }]);
  expect(saved).toEqual([['/attachment/x', 'a.pdf']]);
  clicked.mockRestore();
});

it('says nothing of a copy that was given up, and why one could not be written', async () => {
  const { user, door } = withAttached(1, [paper]);
  door.on({ 'attachment.saveCopy': () => new DoorError('blob.not_copied', {}, true) });
  await user.click(await screen.findByRole('button', { name: /^Save a copy/ }));
  const question = await screen.findByRole('dialog', { name: /outside of Quietline/ });
  await user.click(within(question).getByRole('button', { name: 'Save a copy' }));
  expect(await within(question).findByText(/could not be written there/)).toBeVisible();
  door.on({ 'attachment.saveCopy': () => ({ saved: false, address: '', name: '' }) });
  await user.click(within(question).getByRole('button', { name: 'Save a copy' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(screen.queryByText('The copy was saved.')).toBeNull();
});

it('asks once more for what did not come', async () => {
  const lost = { shown: false, lost: true, problem: { code: 'exchange.media_gone', params: {} } };
  const { user, door } = withAttached(2, [
    attachment('gone', { ...lost, again: true }),
    attachment('large', { ...lost, problem: { code: 'exchange.media_too_large', params: {} } }),
  ]);
  await screen.findByText(/is too large and was not kept/);
  door.on({ 'attachment.fetchAgain': () => new DoorError('provider.unavailable', {}, true) });
  await user.click(screen.getByRole('button', { name: /^Try again/ }));
  expect(await screen.findByRole('alert')).toBeVisible();
  expect(door.asked('attachment.fetchAgain')).toEqual([{ id: 'gone' }]);
  // The same answer as before is not said twice.
  door.on({ 'attachment.fetchAgain': () => new DoorError('exchange.media_gone') });
  await user.click(screen.getByRole('button', { name: /^Try again/ }));
  expect(await screen.findByText(/It still did not come/)).toBeVisible();
  expect(screen.queryByRole('alert')).toBeNull();
});

it('keeps no picture once the program locks', async () => {
  const { door } = withAttached(1, [attachment('a')], '');
  expect(await screen.findByRole('img', { name })).toBeVisible();
  expect(urls.size).toBe(1);
  door.lock();
  await waitFor(() => expect(screen.queryByRole('img', { name })).toBeNull());
  expect(urls.size).toBe(0);
});

it('says in the viewer that a picture cannot be opened', async () => {
  const { user, door } = withAttached(1, [attachment('a')]);
  const small = await screen.findByRole('img', { name });
  door.on({ 'attachment.open': () => new DoorError('blob.missing') });
  await user.click(small);
  const viewer = await screen.findByRole('dialog', { name });
  expect(await within(viewer).findByText(/is not on this computer any more/)).toBeVisible();
});
