import { screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { DoorError } from '../door/error';
import { Clinic } from '../test/clinic';
import { openDesk } from '../test/desk';
import { openState } from '../test/shapes';
import { people } from '../test/staff';

const good = 'two tall cranes at dawn';

it('keeps a new passphrase that was refused, so that it can be mended', async () => {
  let refused = true;
  const { user, door } = openDesk({
    path: '/people',
    clinic: new Clinic({ ...openState, mayDo: [...openState.mayDo, 'staff.manage'] }),
    replies: {
      'staff.add': () => {
        if (!refused) return people['staff.add']();
        refused = false;
        return new DoorError('vault.passphrase_common');
      },
    },
  });
  await user.click(await screen.findByRole('button', { name: 'Add a person' }));
  const dialog = await screen.findByRole('dialog', { name: 'Add a person' });
  await user.type(within(dialog).getByLabelText('Full name'), ' Bea Lindqvist ');
  await user.type(within(dialog).getByLabelText('New passphrase'), good);
  const add = within(dialog).getByRole('button', { name: 'Add a person' });
  await user.click(add);
  expect(door.asked('staff.add')).toEqual([]); // typed once
  await user.type(within(dialog).getByLabelText('Type it again'), good);
  await user.click(add);
  await waitFor(() => expect(door.asked('staff.add')).toHaveLength(1));
  expect(within(dialog).getByLabelText('New passphrase')).toHaveValue(good);
  await user.click(add);
  expect(await screen.findByText('Bea Lindqvist can sign in now.')).toBeVisible();
  expect(door.asked('staff.add').at(-1)).toEqual({
    name: 'Bea Lindqvist',
    role: 'front_desk',
    passphrase: good,
  });
});

it('changes the own passphrase for the old one', async () => {
  const { user, door } = openDesk({ path: '/people' });
  await user.click(await screen.findByRole('button', { name: 'Change it' }));
  await user.type(screen.getByLabelText('New passphrase'), good);
  await user.type(screen.getByLabelText('Type it again'), `${good}{Enter}`);
  expect(door.asked('session.changePassphrase')).toEqual([]); // without the old one
  await user.type(screen.getByLabelText('Your passphrase now'), 'seven grey herons{Enter}');
  expect(await screen.findByText('The new passphrase is in use.')).toBeVisible();
  expect(door.asked('session.changePassphrase')).toEqual([{ old: 'seven grey herons', new: good }]);
});
