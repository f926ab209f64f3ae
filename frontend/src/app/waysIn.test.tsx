import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { DoorError } from '../door/error';
import { Clinic, samplePassphrase } from '../test/clinic';
import { openDesk } from '../test/desk';
import { closedState, openState } from '../test/shapes';

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
