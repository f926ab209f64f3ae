import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { Clinic } from '../test/clinic';
import { openDesk } from '../test/desk';

it('settings keep what is typed while others save theirs, and undo nothing', async () => {
  const clinic = new Clinic();
  const { user, door } = openDesk({ clinic, path: '/settings' });
  const name = await screen.findByLabelText('Name of the clinic');
  await user.clear(name);
  await user.type(name, 'Juniper East');
  clinic.settings = { ...clinic.settings, officePhone: '(303) 555-0111' };
  door.change('settings');
  await waitFor(() => expect(screen.getByLabelText('Office phone')).toHaveValue('(303) 555-0111'));
  expect(screen.getByLabelText('Name of the clinic')).toHaveValue('Juniper East');
  const save = screen
    .getAllByRole('button', { name: 'Save' })
    .find((button) => button.closest('form')?.contains(name));
  if (!save) throw new Error('The clinic has no form');
  await user.click(save);
  await waitFor(() =>
    expect(door.asked('clinic.saveSettings')).toMatchObject([
      { clinicName: 'Juniper East', officePhone: '(303) 555-0111' },
    ]),
  );
  // The keyboard goes on from where it was.
  await waitFor(() => expect(save).toHaveAttribute('aria-disabled', 'true'));
  expect(save).toHaveFocus();
});

it('settings that are kept at once keep both of two presses that come close together', async () => {
  const clinic = new Clinic();
  const waiting: (() => void)[] = [];
  const { user, door } = openDesk({
    clinic,
    path: '/settings',
    replies: {
      'device.saveSettings': (device) =>
        new Promise((answer) => {
          waiting.push(() => answer(clinic.replies['device.saveSettings'](device)));
        }) as never,
    },
  });
  await user.click(await screen.findByRole('checkbox', { name: /Cover the window/ }));
  await user.click(screen.getByRole('checkbox', { name: /Letters and digits/ }));
  waiting.shift()?.();
  await waitFor(() => expect(waiting).toHaveLength(1));
  waiting.shift()?.();
  await waitFor(() =>
    expect(door.asked('device.saveSettings')).toMatchObject([
      { coverAway: true, plainKeys: true },
      { coverAway: true, plainKeys: false },
    ]),
  );
  await waitFor(() => expect(clinic.device).toMatchObject({ coverAway: true, plainKeys: false }));
});
