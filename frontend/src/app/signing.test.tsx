import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { DoorError } from '../door/error';
import { Clinic } from '../test/clinic';
import { openDesk } from '../test/desk';
import { closedState, openState } from '../test/shapes';
import { samplePassphrase } from '../test/sheet';

const locked = () => new Clinic(closedState);

describe('signing in', () => {
  it('opens the inbox with the right passphrase, and says so with a wrong one', async () => {
    const { user } = openDesk({ clinic: locked() });
    await user.click(await screen.findByRole('radio', { name: /Rosa Delgado/ }));
    await user.type(screen.getByLabelText('Passphrase'), 'not the one');
    await user.click(screen.getByRole('button', { name: 'Unlock' }));
    expect(await screen.findByText(/does not open the clinic for this person/)).toBeVisible();
    await waitFor(() => expect(screen.getByLabelText('Passphrase')).toHaveValue(''));

    await user.type(screen.getByLabelText('Passphrase'), `${samplePassphrase}{Enter}`);
    expect(await screen.findByText('Eleanor Whitfield')).toBeVisible();
    expect(screen.getByRole('heading', { level: 1, name: 'Inbox' })).toHaveFocus();
  });

  it('picks a person with the arrow keys', async () => {
    const { user } = openDesk({ clinic: locked() });
    const first = await screen.findByRole('radio', { name: /Rosa Delgado/ });
    await waitFor(() => expect(first).toHaveFocus());
    await user.keyboard('{ArrowDown}');
    expect(screen.getByRole('radio', { name: /Amir Haddad/ })).toBeChecked();
  });

  it('counts down the pause after several tries', async () => {
    const { user } = openDesk({
      clinic: locked(),
      replies: { 'session.signIn': () => new DoorError('vault.too_soon', { seconds: 30 }) },
    });
    await user.click(await screen.findByRole('radio', { name: /Rosa Delgado/ }));
    await user.type(screen.getByLabelText('Passphrase'), 'x{Enter}');
    expect(await screen.findByText('There were several tries in a row.')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Unlock' })).toHaveAttribute('aria-disabled', 'true');
  });

  it('fills in the passphrase of the sample clinic', async () => {
    const sample = { ...closedState, sample: true, sampleHint: samplePassphrase };
    const { user } = openDesk({ clinic: new Clinic(sample) });
    await user.click(await screen.findByRole('button', { name: 'Fill it in' }));
    await user.click(screen.getByRole('button', { name: 'Unlock' }));
    expect(await screen.findByText(/everyone here is invented/)).toBeVisible();
  });

  it('leads a computer that cannot open the clinic to the recovery sheet', async () => {
    const stuck = {
      ...closedState,
      members: [],
      needsRecovery: true,
      problem: { code: 'vault.other_device', params: {} },
    };
    const { user, door } = openDesk({ clinic: new Clinic(stuck) });
    expect(await screen.findByText(/comes from another computer/)).toBeVisible();
    await user.type(screen.getByLabelText('The words on the sheet'), 'Amber, bicycle');
    await user.click(screen.getByRole('button', { name: 'Next' }));
    expect(await screen.findByText('There are 2 words here. The sheet has 13.')).toBeVisible();
    expect(door.asked('recovery.open')).toEqual([{ words: 'amber bicycle' }]);
  });

  it('names what is broken and never offers to delete', async () => {
    const broken = {
      ...closedState,
      phase: 'broken' as const,
      problem: { code: 'vault.newer', params: {} },
    };
    openDesk({ clinic: new Clinic(broken) });
    expect(await screen.findByText(/Install the newest version/)).toBeVisible();
    expect(screen.getAllByRole('button').map((b) => b.textContent)).toEqual(['Try again']);
  });

  it('says where the program does not answer', async () => {
    openDesk({ replies: { 'app.state': () => new DoorError('door.unreachable', {}, true) } });
    expect(await screen.findByText('Quietline does not answer')).toBeVisible();
  });
});

describe('locking', () => {
  const nothingReadable = () => {
    expect(document.body.textContent).not.toMatch(/Whitfield|Thursday|555-0142/);
  };

  it('leaves nothing readable: neither on the screen nor in what was fetched', async () => {
    const { user, queries, door } = openDesk({ path: '/inbox/t-p1' });
    await screen.findByText(/Something came up at work/);
    await user.keyboard('{Control>}l{/Control}');
    expect(await screen.findByRole('heading', { name: 'Quietline is locked' })).toBeVisible();
    nothingReadable();
    const kept = queries.getQueryCache().getAll();
    expect(kept.filter((query) => query.state.data !== undefined)).toEqual([]);
    expect(door.asked('session.lock')).toHaveLength(1);
    // The address names what was open.
    await waitFor(() => expect(window.location.hash).toBe('#/'));
  });

  it('clears the screen when the program announces it', async () => {
    const { door, clinic } = openDesk({ path: '/inbox/t-p1' });
    await screen.findByText(/Something came up at work/);
    clinic.state = closedState;
    door.lock();
    expect(await screen.findByRole('heading', { name: 'Quietline is locked' })).toBeVisible();
    nothingReadable();
  });

  it('clears the screen when any call is refused because of it', async () => {
    const { door, clinic, user } = openDesk({ path: '/inbox/t-p1' });
    await screen.findByText(/Something came up at work/);
    clinic.state = closedState;
    door.on({ 'text.why': () => new DoorError('app.locked') });
    await user.click(screen.getAllByRole('button', { name: 'Why was this sent?' })[0] as Element);
    expect(await screen.findByRole('heading', { name: 'Quietline is locked' })).toBeVisible();
    nothingReadable();
  });

  it('keeps a half-written form where only the state was announced anew', async () => {
    const { door, user } = openDesk({ path: '/patients' });
    await user.click(
      (await screen.findAllByRole('button', { name: 'Add a patient' }))[0] as Element,
    );
    await user.type(await screen.findByLabelText('Full name'), 'Noor Aziz');
    door.change('state');
    await waitFor(() => expect(door.asked('app.state').length).toBeGreaterThan(1));
    expect(screen.getByLabelText('Full name')).toHaveValue('Noor Aziz');
  });

  it('offers the same person first when the window is unlocked again', async () => {
    const { state } = openDesk({ clinic: new Clinic(openState) });
    await screen.findByText('Eleanor Whitfield');
    await state.lock();
    expect(await screen.findByRole('radio', { name: /Amir Haddad/ })).toBeChecked();
    expect(screen.getByLabelText('Passphrase')).toHaveFocus();
  });
});
