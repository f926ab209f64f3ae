import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { DoorError } from '../door/error';
import { Clinic } from '../test/clinic';
import { openDesk } from '../test/desk';
import { closedState, openState } from '../test/shapes';
import { samplePassphrase } from '../test/sheet';

const unlock = () => screen.getByRole('button', { name: 'Unlock' });
const rosa = {
  ...closedState.members[0],
  id: 'm1',
  name: 'Rosa Delgado',
  role: 'front_desk' as const,
};

describe('signing in with a code from the phone', () => {
  it('asks for the code once the passphrase was right, and keeps the passphrase', async () => {
    const clinic = new Clinic(closedState);
    const { user, door } = openDesk({
      clinic,
      replies: {
        'session.signIn': (request) => {
          if (request.code === '') return new DoorError('vault.needs_code');
          if (request.code !== '123456') return new DoorError('vault.wrong_code');
          return clinic.replies['session.signIn'](request);
        },
      },
    });
    await user.click(await screen.findByRole('radio', { name: /Rosa Delgado/ }));
    await user.type(screen.getByLabelText('Passphrase'), `${samplePassphrase}{Enter}`);
    const code = await screen.findByLabelText('Code from your phone');
    await waitFor(() => expect(code).toHaveFocus());
    await user.keyboard('000000{Enter}');
    expect(await screen.findByText('This code does not fit. Type the newest one.')).toBeVisible();
    expect(code).toHaveValue('');
    await user.type(code, '123456');
    await user.click(unlock());
    expect(await screen.findByText('Eleanor Whitfield')).toBeVisible();
    expect(door.asked('session.signIn').map(({ code: c }) => c)).toEqual(['', '000000', '123456']);
  });
});

describe('signing in with the short passphrase', () => {
  it('is offered first, counts the tries and gives way to the full one', async () => {
    let left = 2;
    const clinic = new Clinic({ ...closedState, members: [{ ...rosa, short: true }] });
    const { user, door } = openDesk({
      clinic,
      replies: {
        'session.signIn': (request) => {
          if (!request.short) return clinic.replies['session.signIn'](request);
          left -= 1;
          return left > 0
            ? new DoorError('vault.wrong_short', { left })
            : new DoorError('vault.short_over');
        },
      },
    });
    const short = await screen.findByLabelText('Short passphrase');
    await user.type(short, 'not the one{Enter}');
    expect(await screen.findByText(/1 try is left/)).toBeVisible();
    await user.type(short, 'nor this one{Enter}');
    const full = await screen.findByLabelText('Passphrase');
    expect(screen.getByText(/does not open the clinic now/)).toBeVisible();
    await user.type(full, `${samplePassphrase}{Enter}`);
    expect(await screen.findByText('Eleanor Whitfield')).toBeVisible();
    expect(door.asked('session.signIn').map(({ short: s }) => s)).toEqual([true, true, false]);
  });

  it('can be passed over for the full one', async () => {
    const { user } = openDesk({
      clinic: new Clinic({ ...closedState, members: [{ ...rosa, short: true }] }),
    });
    await user.click(await screen.findByRole('button', { name: 'Use the full passphrase' }));
    await user.type(screen.getByLabelText('Passphrase'), `${samplePassphrase}{Enter}`);
    expect(await screen.findByText('Eleanor Whitfield')).toBeVisible();
  });
});

describe('the ways in', () => {
  const section = async () =>
    within(
      (await screen.findByRole('heading', { name: 'How you sign in' }))
        .parentElement as HTMLElement,
    );

  it('sets up a phone, and shows backup codes until they are on paper', async () => {
    const { user } = openDesk({ clinic: new Clinic(openState), path: '/settings' });
    await user.click(await (await section()).findByRole('button', { name: 'Set up' }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.type(await dialog.findByLabelText(/six digits/i), '000000{Enter}');
    expect(await dialog.findByText(/These digits do not fit/)).toBeVisible();
    await user.type(dialog.getByLabelText(/six digits/i), '123456{Enter}');
    expect(await dialog.findByText('k0f4q-9w2z0')).toBeVisible();
    const done = dialog.getByRole('button', { name: 'Done' });
    expect(done).toHaveAttribute('aria-disabled', 'true');
    await user.click(dialog.getByLabelText('I have the codes on paper'));
    await user.click(done);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect((await section()).getByText(/10 backup codes are left/)).toBeVisible();
    await user.click((await section()).getAllByRole('button', { name: 'Turn off' })[0] as Element);
    await user.click(
      within(await screen.findByRole('dialog')).getByRole('button', { name: 'Turn off' }),
    );
    expect(await (await section()).findByText('Not asked for')).toBeVisible();
  });

  it('sets a short passphrase and turns it off', async () => {
    const { user } = openDesk({ clinic: new Clinic(openState), path: '/settings' });
    await user.click(await (await section()).findByRole('button', { name: 'Set' }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.type(dialog.getByLabelText('Short passphrase'), 'otter{Enter}');
    expect(await dialog.findByText(/8 characters/)).toBeVisible();
    await user.type(dialog.getByLabelText('Short passphrase'), ' and teal{Enter}');
    expect(await (await section()).findByText(/Set since/)).toBeVisible();
    await user.click((await section()).getByRole('button', { name: 'Turn off' }));
    expect(await (await section()).findByText('Not set')).toBeVisible();
  });
});

describe('a clinic that asks everybody for a phone', () => {
  it('opens only once the phone is set up and its codes are on paper', async () => {
    const clinic = new Clinic({ ...openState, phoneAsked: true });
    const { user, door } = openDesk({ clinic });
    expect(await screen.findByText(/asks everybody for a code/)).toBeVisible();
    expect(screen.queryByText('Eleanor Whitfield')).toBeNull();
    await user.type(await screen.findByLabelText(/six digits/i), '123456{Enter}');
    expect(await screen.findByText('k0f4q-9w2z0')).toBeVisible();
    // Whatever else is heard, the codes stay: they are shown once.
    door.change('state');
    expect(await screen.findByText('k0f4q-9w2z0')).toBeVisible();
    await user.click(screen.getByLabelText('I have the codes on paper'));
    await user.click(screen.getByRole('button', { name: 'Done' }));
    expect(await screen.findByText('Eleanor Whitfield')).toBeVisible();
    expect(door.asked('clinic.settings').length).toBeGreaterThan(0);
  });

  it('is locked by whoever does not set one up', async () => {
    const { user } = openDesk({ clinic: new Clinic({ ...openState, phoneAsked: true }) });
    await screen.findByLabelText(/six digits/i);
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(await screen.findByRole('heading', { name: 'Quietline is locked' })).toBeVisible();
  });

  it('is told to do so by somebody who has set up her own', async () => {
    const clinic = new Clinic(openState);
    clinic.asked = { phone: false, byRule: false, without: ['Rosa Delgado'] };
    const { user, door } = openDesk({ clinic, path: '/settings' });
    const box = await screen.findByLabelText('Ask everybody for a code from the phone');
    expect(screen.getByText(/No phone set up yet: Rosa Delgado/)).toBeVisible();
    await user.click(box);
    expect(await screen.findByText(/You have no phone set up yourself/)).toBeVisible();
    expect(box).not.toBeChecked();
    clinic.ways = { ...clinic.ways, phone: '2026-03-01T10:00:00.000Z' };
    await user.click(box);
    await waitFor(() => expect(box).toBeChecked());
    expect(door.asked('clinic.saveSigningIn')).toEqual([{ phone: true }, { phone: true }]);
  });
});

describe('a phone that somebody else has ended', () => {
  it('is told once, by name', async () => {
    const clinic = new Clinic({
      ...openState,
      phoneEnd: { at: '2026-03-02T10:00:00.000Z', by: 'Priya Raman' },
    });
    const { user, door } = openDesk({ clinic });
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText(/Priya Raman ended the code from your phone/)).toBeVisible();
    // Only the button says that it was read.
    await user.keyboard('{Escape}');
    expect(dialog.getByText(/Priya Raman ended the code from your phone/)).toBeVisible();
    expect(door.asked('me.sawPhoneEnd')).toHaveLength(0);
    await user.click(dialog.getByRole('button', { name: 'I have read it' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(door.asked('me.sawPhoneEnd')).toHaveLength(1);
  });
});

describe('a password store that may yet open', () => {
  it.each(['vault.keyring_locked', 'vault.keyring_slow', 'vault.keyring_unavailable'])(
    'is asked again: %s',
    async (code) => {
      const clinic = new Clinic({
        ...closedState,
        members: [],
        needsRecovery: true,
        problem: { code, params: {} },
      });
      const { user } = openDesk({
        clinic,
        replies: {
          'device.check': () => {
            clinic.state = closedState;
            return clinic.state;
          },
        },
      });
      await user.click(await screen.findByRole('button', { name: 'Try again' }));
      expect(await screen.findByRole('radio', { name: /Rosa Delgado/ })).toBeVisible();
    },
  );

  it('is not asked where it holds nothing: the sheet is the way', async () => {
    const problem = { code: 'vault.keyring_absent', params: {} };
    openDesk({
      clinic: new Clinic({ ...closedState, members: [], needsRecovery: true, problem }),
    });
    expect(await screen.findByText(/does not know this clinic yet/)).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
  });
});
