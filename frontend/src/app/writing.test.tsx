import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { DoorError } from '../door/error';
import { Clinic } from '../test/clinic';
import { openDesk } from '../test/desk';
import { reason } from '../test/people';

const composer = () => screen.findByRole('textbox', { name: 'Text message' });

describe('a text that is to go later', () => {
  it('goes later also where its answer was lost and the dialog is left', async () => {
    const clinic = new Clinic();
    let lost = 2;
    const { user, door } = openDesk({
      clinic,
      path: '/inbox/t-p1',
      replies: {
        'text.send': (request) => {
          if (lost-- > 0) return new DoorError('door.unreachable', {}, true);
          return clinic.replies['text.send'](request);
        },
      },
    });
    await user.type(await composer(), 'Friday then.');
    await user.click(await screen.findByRole('button', { name: 'Send later' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Send it later' }));
    const then = dialog.getByRole('button', { name: 'Send it then' });
    await waitFor(() => expect(then).not.toHaveAttribute('aria-disabled'));
    await user.click(then);
    expect(await dialog.findByRole('alert')).toBeVisible();
    await user.click(dialog.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    // At once, where the first may be on record: it is the same text all the same.
    const send = screen.getByRole('button', { name: 'Send' });
    await waitFor(() => expect(send).not.toHaveAttribute('aria-disabled'));
    await user.click(send);
    await user.click(await screen.findByRole('button', { name: 'Try again' }));
    await waitFor(async () => expect(await composer()).toHaveValue(''));
    const asked = door.asked('text.send');
    expect(asked.map(({ sendAt }) => sendAt === '')).toEqual([false, true, true]);
    expect(new Set(asked.map(({ key }) => key)).size).toBe(1);
  });

  it('is tried again for its own hour', async () => {
    const clinic = new Clinic();
    let release = (): void => {};
    const { user, door } = openDesk({
      clinic,
      path: '/inbox/t-p1',
      replies: {
        'text.send': (request) =>
          door.asked('text.send').length > 1
            ? clinic.replies['text.send'](request)
            : (new Promise((answer) => {
                release = () => answer(new DoorError('door.unreachable', {}, true));
              }) as never),
      },
    });
    await user.type(await composer(), 'Friday then.');
    await user.click(await screen.findByRole('button', { name: 'Send later' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Send it later' }));
    const then = dialog.getByRole('button', { name: 'Send it then' });
    await waitFor(() => expect(then).not.toHaveAttribute('aria-disabled'));
    await user.click(then);
    // While it is under way, looking away does not call it off.
    await user.keyboard('{Escape}');
    await user.click(dialog.getByRole('button', { name: 'Cancel' }));
    expect(screen.getByRole('dialog', { name: 'Send it later' })).toBeVisible();
    release();
    expect(await dialog.findByRole('alert')).toBeVisible();
    await waitFor(() => expect(then).not.toHaveAttribute('aria-disabled'));
    await user.click(then);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    const [first, second] = door.asked('text.send');
    expect(second).toEqual(first);
    expect(second?.sendAt).not.toBe('');
  });

  it('is not sent on the answer for another hour', async () => {
    const { user, door } = openDesk({ path: '/inbox/t-p1' });
    await user.type(await composer(), 'Friday then.');
    await user.click(await screen.findByRole('button', { name: 'Send later' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Send it later' }));
    const then = dialog.getByRole('button', { name: 'Send it then' });
    await waitFor(() => expect(then).not.toHaveAttribute('aria-disabled'));
    door.on({ 'text.check': () => new Promise(() => {}) as never });
    await user.selectOptions(dialog.getByLabelText('Time'), '11:30 AM');
    expect(then).toHaveAttribute('aria-disabled', 'true');
    expect(dialog.getByRole('status')).toHaveTextContent('That time is being checked.');
    await user.click(then);
    expect(door.asked('text.send')).toEqual([]);
  });
});

describe('a text that is written again', () => {
  it('takes the place of other words only where somebody says so', async () => {
    const { user } = openDesk({ path: '/inbox/t-p4' });
    await user.type(await composer(), 'Call me');
    await user.click(await screen.findByRole('button', { name: 'Write it again' }));
    const asked = await screen.findByRole('dialog', { name: 'Replace what you are writing?' });
    await user.click(within(asked).getByRole('button', { name: 'Cancel' }));
    expect(await composer()).toHaveValue('Call me');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await user.click(screen.getByRole('button', { name: 'Write it again' }));
    await user.click(await screen.findByRole('button', { name: 'Replace it' }));
    expect(await composer()).toHaveValue('We are on it and will let you know today.');
    expect(await screen.findByText(/Writing again the text that did not arrive/)).toBeVisible();
  });

  it('is still the same one after a look elsewhere, also where its words were changed', async () => {
    const { user, door } = openDesk({ path: '/inbox/t-p4' });
    await user.click(await screen.findByRole('button', { name: 'Write it again' }));
    await user.type(await composer(), ' Promised.');
    await user.click(screen.getByText('Hannah Brandt'));
    await screen.findByRole('heading', { level: 2, name: 'Hannah Brandt' });
    expect(await composer()).toHaveValue('');
    expect(screen.queryByText(/Writing again the text/)).toBeNull();
    await user.click(screen.getByText('Tobias Lindqvist'));
    const words = 'We are on it and will let you know today. Promised.';
    await waitFor(async () => expect(await composer()).toHaveValue(words));
    expect(await screen.findByText(/Writing again the text that did not arrive/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Send' }));
    await waitFor(() => expect(door.asked('text.send')).toHaveLength(1));
    const [failed] = door.asked('text.send');
    expect(failed).toMatchObject({ body: words, again: 'm502' });
  });
});

describe('words that are typed while a text leaves', () => {
  it('stay for the next text', async () => {
    const clinic = new Clinic();
    let release = (): void => {};
    const { user, door } = openDesk({
      clinic,
      path: '/inbox/t-p1',
      replies: {
        'text.send': (request) =>
          new Promise((answer) => {
            release = () => answer(clinic.replies['text.send'](request));
          }) as never,
      },
    });
    await user.type(await composer(), 'Friday then.');
    const send = screen.getByRole('button', { name: 'Send' });
    await waitFor(() => expect(send).not.toHaveAttribute('aria-disabled'));
    await user.click(send);
    await user.type(await composer(), ' Bring the card');
    release();
    await waitFor(async () => expect(await composer()).toHaveValue('Bring the card'));
    expect(door.asked('text.send').map(({ body }) => body)).toEqual(['Friday then.']);
    await waitFor(() =>
      expect(door.asked('thread.saveDraft').at(-1)).toMatchObject({ body: 'Bring the card' }),
    );
  });
});

describe('what could not be asked', () => {
  it('is said in place of an answer, here and for a later hour, and asked again', async () => {
    const clinic = new Clinic();
    const { user, door } = openDesk({ clinic, path: '/inbox/t-p1' });
    await user.type(await composer(), 'Friday then.');
    await user.click(await screen.findByRole('button', { name: 'Send later' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Send it later' }));
    expect(await dialog.findByText(/It goes out/)).toBeVisible();
    door.on({ 'text.check': () => new DoorError('door.unreachable', {}, true) });
    await user.selectOptions(dialog.getByLabelText('Time'), '11:30 AM');
    expect(await dialog.findByRole('alert')).toBeVisible();
    expect(dialog.queryByText(/It goes out/)).toBeNull();
    door.on({ 'text.check': clinic.replies['text.check'] });
    await user.click(dialog.getByRole('button', { name: 'Try again' }));
    expect(await dialog.findByText(/It goes out/)).toBeVisible();
  });

  it('leaves the choices of a text that waits for a person', async () => {
    const { user, door } = openDesk({ path: '/inbox/t-p8' });
    door.on({ 'text.resolve': () => new DoorError('door.unreachable', {}, true) });
    await user.click(await screen.findByRole('button', { name: "Don't send it" }));
    await waitFor(() => expect(door.asked('text.resolve')).toHaveLength(1));
    expect(await screen.findByText(/does not answer/i)).toBeVisible();
    expect(screen.getByRole('button', { name: "Don't send it" })).toBeVisible();
  });
});

describe('a text that cannot wait for the clinic’s own hours', () => {
  it('goes at once for a reason, and is one text also where its answer was lost', async () => {
    const clinic = new Clinic();
    let lost = 1;
    const { user, door } = openDesk({
      clinic,
      path: '/inbox/t-p1',
      replies: {
        'text.check': (request) => ({
          ...clinic.replies['text.check'](request),
          answer: 'wait',
          until: '2026-03-18T15:00:00.000Z',
          reasons: [reason('quiet_hours', 'wait_or_override', '47-CFR-64.1200(c)(1)')],
          lift: true,
        }),
        'text.lift': ({ reason: _, ...text }) =>
          lost-- > 0
            ? new DoorError('door.unreachable', {}, true)
            : clinic.replies['text.send']({
                ...text,
                confirmed: true,
                sendAt: '',
                atProvider: false,
              }),
      },
    });
    await user.type(await composer(), 'Closed today.');
    await user.click(await screen.findByRole('button', { name: 'Send it now' }));
    const dialog = within(await screen.findByRole('dialog', { name: /beyond the clinic/ }));
    const now = dialog.getByRole('button', { name: 'Send it now' });
    expect(now).toHaveAttribute('aria-disabled', 'true');
    await user.type(dialog.getByRole('textbox', { name: /cannot wait/ }), 'Snow');
    await user.click(now);
    expect(await dialog.findByRole('alert')).toBeVisible();
    await user.click(now);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(await composer()).toHaveValue('');
    const asked = door.asked('text.lift');
    expect(asked.map((text) => text.reason)).toEqual(['Snow', 'Snow']);
    expect(new Set(asked.map(({ key }) => key)).size).toBe(1);
  });
});
