import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { DoorError } from '../door/error';
import type { DrillRow } from '../door/shapes';
import { Clinic } from '../test/clinic';
import { openDesk } from '../test/desk';
import { older } from '../test/finding';
import { ago } from '../test/people';
import { closedState, openState } from '../test/shapes';
import { sheetWords } from '../test/sheet';

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

describe('testing a backup', () => {
  const result: DrillRow = {
    began: ago(50),
    ended: ago(45),
    outcome: 'good',
    problem: null,
    folder: '/disk/Quietline backup',
    copy: 12,
    made: ago(50),
    events: 8412,
    attachments: 96,
    spoiled: 0,
    content: 'a1b2c3d4'.repeat(8),
    copying: 900,
    restoring: 41_000,
    opening: 130_000,
    by: '',
    seen: [],
  };

  it('is asked for, can be stopped, and its result is read and lies on paper', async () => {
    const clinic = new Clinic(openState);
    clinic.drills = { ...clinic.drills, items: [result] };
    const { user, door } = openDesk({ clinic, path: '/settings' });
    const here = await section();
    await user.click(await here.findByRole('button', { name: 'Test now' }));
    expect(await here.findByText('Bringing it back to test it')).toBeVisible();
    await user.click(here.getByRole('button', { name: 'Stop the test' }));
    expect(door.asked('drill.run')).toEqual([{ folder: '/disk/Quietline backup' }]);
    await user.selectOptions(await here.findByLabelText('Test a backup by itself'), '30');
    expect(door.asked('drill.saveDays')).toEqual([{ days: 30 }]);
    expect(here.getByText(/Nobody has read the result yet/)).toBeVisible();
    await user.click(here.getByRole('button', { name: 'Show result' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText('3 minutes')).toBeVisible();
    expect(dialog.getByText('8,412')).toBeVisible();
    const paper = screen.getByText('Test of a backup').parentElement as HTMLElement;
    expect(paper).toHaveTextContent('The backup works: everything came back');
    expect(paper).toHaveTextContent('a1b2c3d4 a1b2c3d4');
    await user.click(dialog.getByRole('button', { name: 'I have read this' }));
    expect(await here.findByText(/Read by/)).toBeVisible();
    await user.click(dialog.getByRole('button', { name: 'Close' }));
    expect(screen.queryByText('Test of a backup')).toBeNull();
  });

  it('that went wrong, or is missing for long, is told at the top of every screen', async () => {
    const clinic = new Clinic(openState);
    const bad: DrillRow = {
      ...result,
      outcome: 'damaged',
      problem: { code: 'backup.damaged', params: {} },
      content: '',
    };
    clinic.drills = { ...clinic.drills, items: [bad] };
    const { user } = openDesk({ clinic, path: '/inbox' });
    expect(await screen.findByText('The last test of a backup went wrong.')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Open backups' }));
    const here = await section();
    expect(await here.findByText('The backup could not be brought back')).toBeVisible();
  });

  it('is overdue', async () => {
    const clinic = new Clinic(openState);
    clinic.drills = { ...clinic.drills, overdue: true };
    openDesk({ clinic, path: '/inbox' });
    expect(await screen.findByText('No backup was tested for too long.')).toBeVisible();
  });
});

describe('a backup that knows newer keys', () => {
  it('is gone on with by the sheet of then', async () => {
    const clinic = new Clinic(openState);
    const [place] = clinic.backups.folders;
    clinic.backups = {
      ...clinic.backups,
      folders: place ? [{ ...place, problem: { code: 'backup.other_copy', params: {} } }] : [],
    };
    const { user } = openDesk({ clinic, path: '/settings' });
    const here = await section();
    await user.click(await here.findByRole('button', { name: 'Go on with this backup' }));
    const dialog = within(await screen.findByRole('dialog'));
    const words = dialog.getByLabelText('Words of the recovery sheet');
    await user.type(words, 'amber bicycle');
    await user.click(dialog.getByRole('button', { name: 'Go on with this backup' }));
    expect(await dialog.findByRole('alert')).toBeVisible();
    await user.clear(words);
    await user.type(words, sheetWords.join(' '));
    await user.click(dialog.getByRole('button', { name: 'Go on with this backup' }));
    expect(await here.findByText('Newest copy')).toBeVisible();
    expect(here.queryByRole('button', { name: 'Go on with this backup' })).toBeNull();
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
      { folder: '/disk', words: sheetWords.join(' '), leftWords: '', number: 1 },
    ]);
    await user.click(screen.getByRole('button', { name: 'Open the clinic' }));
    expect(await screen.findByDisplayValue(sheetWords.join(' '))).toBeVisible();
  });

  it('does not wonder that what was restored is older, and offers to go on first', async () => {
    const clinic = new Clinic({ ...closedState, phase: 'empty', members: [] });
    const halted = { ...closedState, phase: 'halted', me: openState.me } as const;
    const mayDo = ['records.accept_loss'];
    clinic.replies['recovery.bind'] = () => {
      clinic.state = { ...halted, mayDo, finding: older };
      return clinic.state;
    };
    const { user } = openDesk({ clinic });
    await user.click(await screen.findByRole('button', { name: 'Restore from a backup' }));
    const fill = async (field: string, words: string) => {
      await user.click(await screen.findByLabelText(field));
      await user.paste(words);
    };
    await fill('Disk or folder', '/disk');
    await fill('Words of the recovery sheet', sheetWords.join(' '));
    await user.click(screen.getByRole('button', { name: 'Look for copies' }));
    await user.click(await screen.findByRole('button', { name: 'Restore this copy' }));
    await user.click(await screen.findByRole('button', { name: 'Open the clinic' }));
    await user.click(await screen.findByRole('button', { name: 'Next' }));
    await user.click(await screen.findByText('Amir Haddad'));
    await fill('New passphrase', 'seven grey herons at dawn');
    await fill('Type it again', 'seven grey herons at dawn');
    await user.click(screen.getByRole('button', { name: 'Save and open' }));
    await screen.findByRole('heading', { level: 1, name: 'Go on with this backup?' });
    expect(screen.queryByText(/was put back/)).toBeNull();
    expect(screen.getAllByRole('heading', { level: 3 }).map((h) => h.textContent)).toEqual([
      'Go on with this copy',
      'Look for a newer backup',
      'Stop here',
    ]);
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
