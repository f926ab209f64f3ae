import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DoorError } from '../door/error';
import { Clinic } from '../test/clinic';
import { openDesk } from '../test/desk';
import { ago, attachment, text } from '../test/people';

let served: string[] = [];

beforeEach(() => {
  served = [];
  // jsdom has neither addresses for what is in memory nor a server.
  URL.createObjectURL = () => 'blob:drawn';
  URL.revokeObjectURL = () => {};
  vi.stubGlobal(
    'fetch',
    vi.fn(async (address: string) => {
      served.push(address);
      return { ok: true, blob: async () => new Blob([address], { type: 'image/jpeg' }) };
    }),
  );
});

afterEach(() => {
  vi.unstubAllGlobals();
});

const map = () => new File(['a map'], 'map of Eleanor.png', { type: 'image/png' });
const composer = () => screen.findByRole('textbox', { name: 'Text message' });
const alt = 'Picture that goes with this text';
const send = () => screen.getByRole('button', { name: 'Send' });

type User = ReturnType<typeof openDesk>['user'];

/** Chooses a picture in the system's dialog, which the button opens. */
async function choose(user: User, button = 'Add picture', file = map()) {
  const chooser = (await screen.findByRole('button', { name: button })).nextElementSibling;
  if (!(chooser instanceof HTMLInputElement)) throw new Error('nothing to choose with');
  await user.upload(chooser, file);
}

async function add(user: User) {
  await choose(user);
  expect(await screen.findByRole('img', { name: alt })).toBeVisible();
}

it('sends a picture with the words, after a look at both', async () => {
  const { user, door } = openDesk({ path: '/inbox/t-p1' });
  await composer();
  await add(user);
  expect(screen.getByText('1600 × 1200, 240 kB')).toBeVisible();
  expect(served).toEqual(['/attachment/drawn']);
  // Nothing of the file's own name crosses the door.
  expect(JSON.stringify(door.calls)).not.toContain('Eleanor.png');
  expect(send()).toHaveAttribute('aria-disabled', 'true');
  expect(send()).toHaveAccessibleDescription('Write a few words to go with the picture.');

  await user.type(await composer(), 'Here is the way.');
  expect(await screen.findByText('one text with a picture')).toBeVisible();
  await waitFor(() =>
    expect(door.asked('text.check').at(-1)).toMatchObject({
      body: 'Here is the way.',
      picture: true,
    }),
  );
  await waitFor(() => expect(send()).not.toHaveAttribute('aria-disabled'));
  await user.click(send());
  const asked = within(await screen.findByRole('dialog', { name: 'Send it all the same?' }));
  expect(asked.getByRole('img', { name: alt })).toBeVisible();
  expect(asked.getByText('Here is the way.')).toBeVisible();
  expect(asked.getByText('No check reads what a picture shows.')).toBeVisible();
  expect(door.asked('text.send')).toEqual([]);
  await user.click(asked.getByRole('button', { name: 'Send it' }));
  await waitFor(async () => expect(await composer()).toHaveValue(''));
  expect(door.asked('text.send')).toMatchObject([{ picture: true, confirmed: true }]);
  await waitFor(() => expect(screen.queryByRole('img', { name: alt })).toBeNull());
  // The next text goes without it.
  await user.type(await composer(), 'See you.');
  await waitFor(() =>
    expect(door.asked('text.check').at(-1)).toMatchObject({ body: 'See you.', picture: false }),
  );
});

it('is another text once it has another picture', async () => {
  const { user, door } = openDesk({
    path: '/inbox/t-p1',
    replies: { 'text.send': () => new DoorError('door.unreachable', {}, true) },
  });
  await user.type(await composer(), 'Here is the way.');
  for (const button of ['Add picture', 'Choose another picture']) {
    await choose(user, button);
    await waitFor(() => expect(send()).not.toHaveAttribute('aria-disabled'));
    await waitFor(() => expect(door.asked('text.check').at(-1)?.picture).toBe(true));
    await user.click(send());
    await user.click(await screen.findByRole('button', { name: 'Send it' }));
    expect(await screen.findByRole('alert')).toBeVisible();
  }
  const [first, second] = door.asked('text.send');
  expect(second?.key).not.toBe(first?.key);
});

it('is there again when the conversation is opened, until it is taken away', async () => {
  const { user, door } = openDesk({ path: '/inbox/t-p1' });
  await composer();
  await add(user);
  await user.click(screen.getByText('Hannah Brandt'));
  await screen.findByRole('heading', { level: 2, name: 'Hannah Brandt' });
  expect(screen.queryByRole('img', { name: alt })).toBeNull();
  await user.click(screen.getByText('Eleanor Whitfield'));
  expect(await screen.findByRole('img', { name: alt })).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Remove picture' }));
  await waitFor(() => expect(screen.queryByRole('img', { name: alt })).toBeNull());
  expect(door.asked('thread.removePicture')).toEqual([{ id: 't-p1' }]);
  expect(await composer()).toHaveFocus();
});

it('takes a picture that is pasted, and words as words', async () => {
  const { door } = openDesk({ path: '/inbox/t-p1' });
  const box = await composer();
  const clipboard = (text: string) => ({
    clipboardData: { files: [map()], types: ['Files'], getData: () => text },
  });
  // True: it is left to the field.
  expect(fireEvent.paste(box, clipboard('copied with their looks'))).toBe(true);
  expect(fireEvent.paste(box, clipboard(''))).toBe(false);
  expect(await screen.findByRole('img', { name: alt })).toBeVisible();
  expect(door.asked('thread.addPicture')).toHaveLength(1);
});

it('says of any file that is dropped why it is no picture', async () => {
  const { door } = openDesk({
    path: '/inbox/t-p1',
    replies: { 'thread.addPicture': () => new DoorError('media.send_unreadable') },
  });
  // A system may give a file no type, and its path as words.
  const file = new File(['%PDF'], 'form', { type: '' });
  fireEvent.drop(await composer(), {
    dataTransfer: { files: [file], types: ['Files', 'text/plain'], getData: () => '/form' },
  });
  expect(await screen.findByText(/not a picture that can be sent/)).toBeVisible();
  expect(door.asked('thread.addPicture')).toHaveLength(1);
});

it('says why a file is no picture, and keeps the words', async () => {
  const { user } = openDesk({
    path: '/inbox/t-p1',
    replies: { 'thread.addPicture': () => new DoorError('media.send_heic') },
  });
  await user.type(await composer(), 'Here is the way.');
  await choose(user);
  expect(await screen.findByText(/most phones cannot show \(HEIC\)/)).toBeVisible();
  expect(await composer()).toHaveValue('Here is the way.');
  expect(screen.queryByRole('button', { name: 'Remove picture' })).toBeNull();
});

it('goes nowhere while another picture is on its way', async () => {
  let read = (_content: ArrayBuffer) => {};
  const part = new Blob();
  part.arrayBuffer = () =>
    new Promise((resolve) => {
      read = resolve;
    });
  const slow = map();
  slow.slice = () => part;
  const { user, door } = openDesk({ path: '/inbox/t-p1' });
  await user.type(await composer(), 'Here is the way.');
  await waitFor(() => expect(send()).not.toHaveAttribute('aria-disabled'));
  await choose(user, 'Add picture', slow);
  await waitFor(() => expect(send()).toHaveAttribute('aria-disabled', 'true'));
  await user.type(await composer(), '{Control>}{Enter}{/Control}');
  expect(door.asked('text.send')).toEqual([]);
  read(new ArrayBuffer(4));
  expect(await screen.findByRole('img', { name: alt })).toBeVisible();
  await waitFor(() => expect(send()).not.toHaveAttribute('aria-disabled'));
});

it('shows the picture that lies in the draft when the answer was lost', async () => {
  const clinic = new Clinic();
  const { user } = openDesk({
    clinic,
    path: '/inbox/t-p1',
    replies: {
      'thread.addPicture': (request) => {
        clinic.replies['thread.addPicture'](request);
        return new DoorError('door.unreachable', {}, true);
      },
    },
  });
  await choose(user);
  expect(await screen.findByRole('img', { name: alt })).toBeVisible();
  expect(screen.getByRole('alert')).toBeVisible();
});

it('is offered only where the clinic sends pictures', async () => {
  const clinic = new Clinic();
  openDesk({
    clinic,
    path: '/inbox/t-p1',
    replies: {
      'thread.open': (request) => {
        const page = clinic.replies['thread.open'](request);
        return page instanceof DoorError ? page : { ...page, pictures: false };
      },
    },
  });
  await composer();
  expect(screen.queryByRole('button', { name: 'Add picture' })).toBeNull();
});

it('waits here and not with the phone service', async () => {
  const { user } = openDesk({ path: '/inbox/t-p1' });
  await user.type(await composer(), 'Your visit is tomorrow.');
  await user.selectOptions(screen.getByLabelText('About'), 'Reminders');
  const later = async () => {
    await waitFor(() =>
      expect(screen.getByRole('button', { name: 'Send later' })).not.toHaveAttribute(
        'aria-disabled',
      ),
    );
    await user.click(screen.getByRole('button', { name: 'Send later' }));
    return within(await screen.findByRole('dialog', { name: 'Send it later' }));
  };
  const hold = 'Let the phone service hold it';
  const without = await later();
  expect(without.getByRole('checkbox', { name: hold })).toBeVisible();
  await user.click(without.getByRole('button', { name: 'Cancel' }));
  await add(user);
  const dialog = await later();
  expect(dialog.queryByRole('checkbox', { name: hold })).toBeNull();
  expect(dialog.getByRole('img', { name: alt })).toBeVisible();
});

it('goes along when a text that had one is written again', async () => {
  const clinic = new Clinic();
  const sent = text('lost', 'out', 'Here is the way.', ago(1), {
    media: 1,
    attachments: [attachment('the-map')],
    state: 'failed',
    failure: { code: 'provider.picture_lost', params: {} },
  });
  clinic.arrive('t-p1', sent);
  const { user, door } = openDesk({
    clinic,
    path: '/inbox/t-p1',
    replies: {
      'attachment.open': ({ id }) => ({
        id,
        address: `/attachment/full-${id}`,
        width: 800,
        height: 600,
      }),
    },
  });
  await user.click(await screen.findByRole('button', { name: 'Write it again' }));
  expect(await composer()).toHaveValue('Here is the way.');
  expect(await screen.findByRole('img', { name: alt })).toBeVisible();
  expect(door.asked('attachment.open')).toEqual([{ id: 'the-map' }]);
  expect(served).toContain('/attachment/full-the-map');
  expect(door.asked('thread.addPicture')).toHaveLength(1);
  await waitFor(() =>
    expect(door.asked('text.check').at(-1)).toMatchObject({ body: sent.body, picture: true }),
  );
});

it('does not write a text again when pictures are switched off meanwhile', async () => {
  const clinic = new Clinic();
  const sent = text('lost', 'out', 'Here is the way.', ago(1), {
    state: 'failed',
    failure: { code: 'provider.not_delivered', params: {} },
  });
  clinic.arrive('t-p1', sent);
  let pictures = true;
  const { user, door } = openDesk({
    clinic,
    path: '/inbox/t-p1',
    replies: {
      'thread.open': (request) => {
        const page = clinic.replies['thread.open'](request);
        return page instanceof DoorError ? page : { ...page, pictures };
      },
    },
  });
  await user.click(await screen.findByRole('button', { name: 'Write it again' }));
  expect(await composer()).toHaveValue('Here is the way.');
  await user.clear(await composer());
  pictures = false;
  act(() => door.change('golive'));
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Add picture' })).toBeNull());
  expect(await composer()).toHaveValue('');
});

it('lets go of a refusal with the text that leaves', async () => {
  const { user } = openDesk({
    path: '/inbox/t-p1',
    replies: { 'thread.addPicture': () => new DoorError('media.send_heic') },
  });
  await user.type(await composer(), 'Here is the way.');
  await choose(user);
  expect(await screen.findByText(/most phones cannot show \(HEIC\)/)).toBeVisible();
  await waitFor(() => expect(send()).not.toHaveAttribute('aria-disabled'));
  await user.click(send());
  await waitFor(async () => expect(await composer()).toHaveValue(''));
  expect(screen.queryByText(/most phones cannot show \(HEIC\)/)).toBeNull();
});
