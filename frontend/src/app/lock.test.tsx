import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { Clinic } from '../test/clinic';
import { openDesk } from '../test/desk';
import { closedState, openState } from '../test/shapes';

describe('a desk that nobody uses', () => {
  it('asks whether somebody is there, and stays when somebody is', async () => {
    const { user, door, clinic } = openDesk({ path: '/inbox/t-p1' });
    await screen.findByText(/Something came up at work/);
    clinic.standing = { near: 'idle', seconds: 30 };
    door.change('session');
    const asked = await screen.findByRole('dialog', { name: 'Are you still there?' });
    // However slow the machine is that runs this, it has counted down from thirty.
    expect(within(asked).getByText(/^Quietline locks in \d+ seconds\.$/)).toBeVisible();
    await waitFor(() =>
      expect(screen.getByRole('button', { name: "I'm still here" })).toHaveFocus(),
    );
    const before = door.asked('session.stay').length;
    await user.keyboard('{Enter}');
    await waitFor(() => expect(asked).not.toBeInTheDocument());
    expect(door.asked('session.stay').length).toBeGreaterThan(before);
    expect(screen.getByText(/Something came up at work/)).toBeVisible();
  });

  it('counts down', async () => {
    const { door, clinic } = openDesk();
    await screen.findByText('Eleanor Whitfield');
    clinic.standing = { near: 'idle', seconds: 2 };
    door.change('session');
    expect(await screen.findByText('Quietline locks in 1 second.')).toBeVisible();
  });

  it('can be locked at once', async () => {
    const { user, door, clinic } = openDesk();
    await screen.findByText('Eleanor Whitfield');
    clinic.standing = { near: 'idle', seconds: 30 };
    door.change('session');
    await user.click(await screen.findByRole('button', { name: 'Lock now' }));
    expect(await screen.findByRole('heading', { name: 'Quietline is locked' })).toBeVisible();
  });

  it('keeps what is being written before it locks', async () => {
    const { user, door, clinic } = openDesk({ path: '/inbox/t-p1' });
    await user.type(await screen.findByRole('textbox', { name: /answer|text/i }), 'We will');
    clinic.standing = { near: 'idle', seconds: 30 };
    const kept = () => door.asked('thread.saveDraft').at(-1)?.body;
    door.change('session');
    await waitFor(() => expect(kept()).toBe('We will'));
  });

  it('keeps what is being written when the window is left', async () => {
    const { user, door } = openDesk({ path: '/inbox/t-p1' });
    await user.type(await screen.findByRole('textbox', { name: /answer|text/i }), 'We will');
    fireEvent.blur(window);
    // At once: whoever locks the screen leaves no time for a pause in typing.
    expect(door.asked('thread.saveDraft').at(-1)?.body).toBe('We will');
  });

  it('leaves no remark over the lock', async () => {
    const { user, door, clinic } = openDesk({ path: '/settings' });
    const role = await screen.findByLabelText('Front desk');
    const form = role.closest('form') as HTMLElement;
    await user.selectOptions(role, '7 minutes');
    await user.click(within(form).getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('The settings are saved.')).toBeVisible();
    clinic.state = closedState;
    // At once, and not only when the program has answered.
    act(() => door.lock());
    expect(screen.queryByText('The settings are saved.')).toBeNull();
    expect(await screen.findByRole('heading', { name: 'Quietline is locked' })).toBeVisible();
    expect(screen.queryByText('The settings are saved.')).toBeNull();
  });

  it('says when the day at this desk is nearly over', async () => {
    const { door, clinic } = openDesk();
    await screen.findByText('Eleanor Whitfield');
    clinic.standing = { near: 'longest', seconds: 120 };
    door.change('session');
    expect(await screen.findByText(/locks in about two minutes/)).toBeVisible();
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});

describe('what the window tells the program', () => {
  it('believes no sign of life that a script has made', async () => {
    const { user, door } = openDesk();
    await screen.findByText('Eleanor Whitfield');
    await user.keyboard('jjj');
    expect(door.asked('session.stay')).toHaveLength(0);
  });

  it('tells what was copied', async () => {
    const { door } = openDesk({ path: '/inbox/t-p1' });
    const text = await screen.findByText(/Something came up at work/);
    window.getSelection()?.selectAllChildren(text);
    const setData = vi.fn();
    fireEvent.copy(text, { clipboardData: { setData } });
    await waitFor(() => expect(door.asked('session.copied')).toHaveLength(1));
    const [told] = door.asked('session.copied');
    expect(told?.text).toContain('Something came up at work');
    expect(setData).toHaveBeenCalledWith('text/plain', told?.text);
  });
});

describe('a recovery sheet on the screen', () => {
  it('is told of where it is copied, and locks by the same key', async () => {
    const { user, door } = openDesk({ clinic: new Clinic({ ...openState, sheetPending: true }) });
    await user.click(await screen.findByRole('button', { name: 'Show the sheet' }));
    const [words] = await screen.findAllByText(/bicycle/);
    if (!words) throw new Error('no sheet');
    window.getSelection()?.selectAllChildren(words);
    fireEvent.copy(words, { clipboardData: { setData: vi.fn() } });
    await waitFor(() => expect(door.asked('session.copied')).toHaveLength(1));
    await user.keyboard('{Control>}l{/Control}');
    expect(await screen.findByRole('heading', { name: 'Quietline is locked' })).toBeVisible();
  });

  it('asks before it locks by itself', async () => {
    const { door, clinic } = openDesk({ clinic: new Clinic({ ...openState, sheetPending: true }) });
    await screen.findByRole('button', { name: 'Show the sheet' });
    clinic.standing = { near: 'idle', seconds: 30 };
    door.change('session');
    expect(await screen.findByRole('dialog', { name: 'Are you still there?' })).toBeVisible();
  });
});

describe('the settings of locking', () => {
  it('offers the times that a rule leaves, and keeps them', async () => {
    const { user, door, clinic } = openDesk({ path: '/settings' });
    clinic.ways = { ...clinic.ways, phone: '2026-03-01T10:00:00.000Z' };
    const role = await screen.findByLabelText('Front desk');
    expect(role).toHaveValue('10');
    expect(within(role).getAllByRole('option')).toHaveLength(15);
    await user.click(screen.getByRole('radio', { name: /proposed in 2025, not in force/ }));
    expect(screen.getByLabelText('Front desk')).toHaveValue('5');
    expect(within(screen.getByLabelText('Front desk')).getAllByRole('option')).toHaveLength(10);
    await user.selectOptions(screen.getByLabelText('Therapist'), '7 minutes');
    const form = screen.getByLabelText('Therapist').closest('form') as HTMLElement;
    await user.click(within(form).getByRole('button', { name: 'Save' }));
    await waitFor(() =>
      expect(door.asked('clinic.saveLockSettings')).toEqual([
        {
          rule: 'proposed',
          frontDesk: 5,
          therapist: 7,
          officeManager: 5,
          privacyOfficer: 5,
          longestHours: 10,
        },
      ]),
    );
    // It is a whole profile: the phone comes with it, and cannot be left out of it.
    door.change('settings');
    expect(await screen.findByText(/asks everybody for a code from the phone\.$/)).toBeVisible();
    expect(screen.queryByLabelText('Ask everybody for a code from the phone')).toBeNull();
  });

  it('shows them for reading to whoever may not change them', async () => {
    const { clinic, door } = openDesk({ path: '/inbox' });
    clinic.state = { ...clinic.state, mayDo: ['texts.read', 'settings.read'] };
    door.change('state');
    window.location.hash = '#/settings';
    expect(await screen.findByText('12 hours')).toBeVisible();
    expect(screen.queryByLabelText('Therapist')).toBeNull();
  });
});

describe('receiving while locked', () => {
  it('is on, and can be switched off', async () => {
    const { user, door } = openDesk({ path: '/settings' });
    const field = await screen.findByLabelText(/Receive texts while Quietline is locked/);
    expect(field).toBeChecked();
    await user.click(field);
    await waitFor(() => expect(field).not.toBeChecked());
    expect(door.asked('clinic.saveReceiving').at(-1)).toEqual({ whileLocked: false });
  });

  it('shows how many texts came, and nothing else', async () => {
    const { clinic, door } = openDesk({ path: '/inbox' });
    await screen.findByText('Eleanor Whitfield');
    clinic.state = { ...closedState, arrived: 3 };
    door.change('state');
    expect(await screen.findByText('3 new texts')).toBeVisible();
    expect(screen.queryByText('Eleanor Whitfield')).toBeNull();
    clinic.state = { ...closedState, arrived: 1 };
    door.change('state');
    expect(await screen.findByText('1 new text')).toBeVisible();
  });
});

describe('a window behind another one', () => {
  it('is covered where this computer is set to', async () => {
    const { user } = openDesk({ path: '/settings' });
    const focus = vi.spyOn(document, 'hasFocus').mockReturnValue(false);
    fireEvent.blur(window);
    expect(screen.queryByText(/The window is covered/)).toBeNull();
    focus.mockReturnValue(true);
    await user.click(await screen.findByLabelText(/Cover the window/));
    await waitFor(() => expect(screen.getByLabelText(/Cover the window/)).toBeChecked());
    focus.mockReturnValue(false);
    fireEvent.blur(window);
    expect(await screen.findByText(/The window is covered/)).toBeInTheDocument();
    focus.mockReturnValue(true);
    fireEvent.focus(window);
    await waitFor(() => expect(screen.queryByText(/The window is covered/)).toBeNull());
    focus.mockRestore();
  });
});
