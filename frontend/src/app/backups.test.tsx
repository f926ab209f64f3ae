import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { DoorError } from '../door/error';
import { Clinic, sheetWords } from '../test/clinic';
import { openDesk } from '../test/desk';
import { ago } from '../test/people';
import { closedState, openState } from '../test/shapes';

const section = async () =>
  within(
    (await screen.findByRole('heading', { name: 'Backups' })).closest('section') as HTMLElement,
  );

describe('backups', () => {
  it('are set up with a folder, and say what is wrong with one', async () => {
    const clinic = new Clinic(openState);
    clinic.backups = { ...clinic.backups, folders: [], late: true };
    const { user, door } = openDesk({ clinic, path: '/settings' });
    expect(await screen.findByText('There is no backup of the clinic yet.')).toBeVisible();
    const here = await section();
    await user.click(here.getByRole('button', { name: 'Add a folder' }));
    const dialog = within(await screen.findByRole('dialog'));
    const field = dialog.getByLabelText('Disk or folder');
    await user.type(field, 'disk{Enter}');
    expect(await dialog.findByText(/cannot be reached right now/)).toBeVisible();
    await user.click(dialog.getByRole('button', { name: 'Choose' }));
    expect(field).toHaveValue('/disk');
    await user.click(dialog.getByRole('button', { name: 'Back up here' }));
    expect(await here.findByText('/disk')).toBeVisible();
    expect(here.getByText('Not yet')).toBeVisible();
    expect(door.asked('backup.add')).toEqual([{ folder: 'disk' }, { folder: '/disk' }]);
  });

  it('say how each folder stands, list its copies, and are made on demand', async () => {
    const clinic = new Clinic(openState);
    clinic.backups = {
      ...clinic.backups,
      room: false,
      folders: [
        ...clinic.backups.folders,
        {
          folder: '/away',
          newest: ago(60 * 60),
          late: true,
          problem: { code: 'backup.busy', params: {} },
        },
      ],
    };
    const { user } = openDesk({ clinic, path: '/settings' });
    const here = await section();
    expect(await here.findByText(/older than two days/)).toBeVisible();
    expect(here.getByText(/Another computer is writing/)).toBeVisible();
    expect(screen.queryByText('The newest backup is older than two days.')).toBeNull();
    expect(here.queryByRole('button', { name: 'Add a folder' })).toBeNull();
    await user.click(here.getAllByRole('button', { name: 'Show copies' })[0] as HTMLElement);
    const dialog = within(await screen.findByRole('dialog'));
    expect(await dialog.findByText(/96 pictures and files/)).toBeVisible();
    await user.click(dialog.getByRole('button', { name: 'Close' }));
    await user.click(here.getByRole('button', { name: 'Back up now' }));
    expect(await here.findByText('Copying texts and records')).toBeVisible();
    await user.click(
      here.getAllByRole('button', { name: 'Stop using this folder' })[1] as HTMLElement,
    );
    const question = within(await screen.findByRole('dialog'));
    await user.click(question.getByRole('button', { name: 'Stop using this folder' }));
    expect(await here.findByRole('button', { name: 'Add a folder' })).toBeVisible();
    expect(here.queryByText('/away')).toBeNull();
  });
});

describe('restoring', () => {
  it('is offered beside a new clinic, says which word is wrong, and opens with the same words', async () => {
    const clinic = new Clinic({ ...closedState, phase: 'empty', members: [] });
    const { user, door } = openDesk({ clinic });
    await user.click(await screen.findByRole('button', { name: 'Restore from a backup' }));
    await user.type(await screen.findByLabelText('Disk or folder'), '/disk');
    const words = screen.getByLabelText('Words of the recovery sheet');
    await user.type(words, 'amber bicycle cedarr');
    await user.click(screen.getByRole('button', { name: 'Look for copies' }));
    expect(await screen.findByText(/Word 3 is not one/)).toBeVisible();
    await user.clear(words);
    await user.type(words, sheetWords.join(' '));
    await user.click(screen.getByRole('button', { name: 'Look for copies' }));
    await user.selectOptions(await screen.findByLabelText('Copy of'), '1');
    await user.click(screen.getByRole('button', { name: 'Restore this copy' }));
    expect(await screen.findByRole('heading', { name: 'The clinic is back' })).toBeVisible();
    expect(door.asked('restore.run')).toEqual([
      { folder: '/disk', words: sheetWords.join(' '), number: 1 },
    ]);
    await user.click(screen.getByRole('button', { name: 'Open the clinic' }));
    expect(await screen.findByDisplayValue(sheetWords.join(' '))).toBeVisible();
  });

  it('says that a restore that was stopped goes on', async () => {
    const clinic = new Clinic({ ...closedState, phase: 'empty', members: [] });
    clinic.replies['restore.run'] = () => new DoorError('app.cancelled');
    const { user } = openDesk({ clinic });
    await user.click(await screen.findByRole('button', { name: 'Restore from a backup' }));
    await user.type(await screen.findByLabelText('Disk or folder'), '/disk');
    await user.type(screen.getByLabelText('Words of the recovery sheet'), sheetWords.join(' '));
    await user.click(screen.getByRole('button', { name: 'Look for copies' }));
    await user.click(await screen.findByRole('button', { name: 'Restore this copy' }));
    expect(await screen.findByText('The restore was stopped')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Restore this copy' })).toBeVisible();
  });
});
