import { screen, waitFor } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { State } from '../door/shapes';
import { Clinic } from '../test/clinic';
import { openDesk } from '../test/desk';
import { closedState, openState } from '../test/shapes';
import { samplePassphrase } from '../test/sheet';

const empty: State = { ...closedState, phase: 'empty', members: [] };

async function untilSheet(user: UserEvent): Promise<void> {
  await user.click(await screen.findByRole('button', { name: 'Set up the clinic' }));
  await user.type(await screen.findByLabelText('Name of the clinic'), 'Juniper Counseling');
  await user.type(screen.getByLabelText('Office phone'), '303 555 0100');
  await user.selectOptions(screen.getByLabelText('Time zone of the clinic'), 'America/Denver');
  await user.click(screen.getByRole('button', { name: 'Next' }));
  await user.type(await screen.findByLabelText('Your name'), 'Amir Haddad');
  await user.type(screen.getByLabelText('New passphrase'), samplePassphrase);
  await user.type(screen.getByLabelText('Type it again'), samplePassphrase);
  await user.click(screen.getByRole('button', { name: 'Create the clinic' }));
  await screen.findByText('These words are shown only now');
}

async function typeBack(user: UserEvent, words: readonly [string, string, string]): Promise<void> {
  await user.type(await screen.findByLabelText('Word 3'), words[0]);
  await user.type(screen.getByLabelText('Word 7'), words[1]);
  await user.type(screen.getByLabelText('Word 12'), words[2]);
  await user.click(screen.getByRole('button', { name: 'Next' }));
}

describe('a new clinic', () => {
  it('is made, written down, checked, connected and open', async () => {
    const print = vi.spyOn(window, 'print').mockImplementation(() => {});
    const { user, door } = openDesk({ clinic: new Clinic(empty) });
    await untilSheet(user);
    // The program announces that it is open now; the words must stay.
    door.change('state');
    await waitFor(() => expect(door.asked('app.state').length).toBeGreaterThan(1));
    expect(screen.getByText('These words are shown only now')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Print the sheet' }));
    expect(print).toHaveBeenCalledOnce();
    await user.click(screen.getByRole('checkbox', { name: 'I have the words on paper' }));
    await user.click(screen.getByRole('button', { name: 'Next' }));

    await typeBack(user, ['cedar', 'Garden ', 'window']);
    expect(await screen.findByText(/another word here/)).toBeVisible();
    await user.clear(screen.getByLabelText('Word 12'));
    await user.type(screen.getByLabelText('Word 12'), 'lantern{Enter}');

    await user.click(await screen.findByRole('radio', { name: /Use a real account/ }));
    await user.click(screen.getByRole('button', { name: 'Set up a real account' }));
    expect(await screen.findByText(/signs it only with its Security or Enterprise/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Go on later' }));

    await user.click(screen.getByRole('radio', { name: /Practice with the simulator/ }));
    await user.type(screen.getByLabelText("The clinic's number"), '303 555 0100');
    await user.click(screen.getByRole('button', { name: 'Connect a number' }));
    expect(await screen.findByText('No texts yet')).toBeVisible();
    expect(document.body.textContent).not.toMatch(/amber|lantern/);
  });

  it('names what is missing, in its place', async () => {
    const { user } = openDesk({ clinic: new Clinic(empty) });
    await user.click(await screen.findByRole('button', { name: 'Set up the clinic' }));
    await user.click(await screen.findByRole('button', { name: 'Next' }));
    expect(screen.getByLabelText('Name of the clinic')).toHaveAccessibleDescription(
      /Write the name that patients know/,
    );
    expect(screen.getByText('Choose the time zone of the clinic.')).toBeVisible();
  });

  it('shows the sheet again where its check was put off, after the passphrase', async () => {
    const clinic = new Clinic({ ...openState, sheetPending: true });
    clinic.forgetConfirmation();
    const { user } = openDesk({ clinic });
    await user.click(await screen.findByRole('button', { name: 'Do it later' }));
    await user.click(await screen.findByRole('button', { name: 'Check it now' }));
    await user.click(await screen.findByRole('button', { name: 'Show the sheet' }));
    await user.type(await screen.findByLabelText('Passphrase'), `${samplePassphrase}{Enter}`);
    await screen.findByText('These words are shown only now');
    await user.click(screen.getByRole('checkbox', { name: 'I have the words on paper' }));
    await user.click(screen.getByRole('button', { name: 'Next' }));
    await typeBack(user, ['cedar', 'garden', 'lantern']);
    expect(await screen.findByText('Eleanor Whitfield')).toBeVisible();
    expect(screen.queryByText(/recovery sheet is not checked/)).toBeNull();
  });
});
