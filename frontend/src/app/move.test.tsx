import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { Clinic } from '../test/clinic';
import { openDesk } from '../test/desk';
import { closedState, moved, openState } from '../test/shapes';
import { samplePassphrase } from '../test/sheet';

const mayMove = { ...openState, mayDo: [...openState.mayDo, 'clinic.move'] };
const gone = {
  begun: '2026-03-02T10:00:00.000Z',
  by: 'Priya Raman',
  days: 7,
  foreign: 0,
  done: 0,
  total: 0,
};

describe('moving to another computer', () => {
  it('makes a file, tells its code once, and takes the clinic back only on a sure word', async () => {
    const print = vi.spyOn(window, 'print').mockImplementation(() => {});
    const clinic = new Clinic(mayMove);
    const { user, door } = openDesk({ clinic, path: '/settings' });
    await user.click(await screen.findByRole('button', { name: 'Move' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText(/this computer does not open the clinic/)).toBeVisible();
    await user.type(dialog.getByLabelText('Folder for the file'), 'stick{Enter}');
    expect(await dialog.findByText(/could not be written there/)).toBeVisible();
    await user.clear(dialog.getByLabelText('Folder for the file'));
    await user.click(dialog.getByRole('button', { name: 'Choose' }));
    await waitFor(() => expect(dialog.getByLabelText('Folder for the file')).toHaveValue('/disk'));
    await user.type(dialog.getByLabelText('Folder for the file'), '{Enter}');
    expect(await screen.findByRole('heading', { name: 'The file is ready' })).toBeVisible();
    expect(screen.getAllByText('abcd-efgh')[0]).toBeVisible();
    expect(screen.getByText(/2 files that other programs left/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Print the code' }));
    expect(print).toHaveBeenCalledOnce();
    await user.click(screen.getByRole('button', { name: 'Use it here again' }));
    const back = within(await screen.findByRole('dialog'));
    expect(back.getByText(/cannot know whether the file was opened/)).toBeVisible();
    await user.click(back.getByRole('button', { name: 'Use it here again' }));
    expect(door.asked('move.takeBack')).toHaveLength(0);
    await user.click(back.getByRole('checkbox'));
    await user.click(back.getByRole('button', { name: 'Use it here again' }));
    expect(door.asked('move.takeBack')).toHaveLength(1);
  });

  it('asks for the recovery sheet first where the file with the keys is older', async () => {
    const clinic = new Clinic({
      ...mayMove,
      phase: 'halted',
      finding: { ...moved({ ...gone, file: '', code: '' }), needsSheet: true },
    });
    const { user, door } = openDesk({ clinic });
    await user.click(await screen.findByRole('button', { name: 'Use it here again' }));
    const back = within(await screen.findByRole('dialog'));
    await user.click(back.getByRole('checkbox'));
    await user.click(back.getByRole('button', { name: 'Use it here again' }));
    expect(door.asked('move.takeBack')).toHaveLength(0);
    await user.type(back.getByRole('textbox'), 'maple kettle');
    await user.click(back.getByRole('button', { name: 'Use it here again' }));
    expect(door.asked('move.takeBack')).toEqual([{ words: 'maple kettle' }]);
  });

  it('says where the clinic is, before anybody signs in and after', async () => {
    const clinic = new Clinic({ ...closedState, moved: gone.begun });
    clinic.replies['session.signIn'] = () => {
      clinic.state = {
        ...closedState,
        phase: 'halted',
        me: openState.me,
        finding: moved({ ...gone, file: '', code: '' }),
      };
      return clinic.state;
    };
    const { user } = openDesk({ clinic });
    expect(await screen.findByText(/This clinic moved to another computer/)).toBeVisible();
    await user.click(screen.getByRole('radio', { name: /Rosa Delgado/ }));
    await user.type(screen.getByLabelText('Passphrase'), `${samplePassphrase}{Enter}`);
    expect(await screen.findByRole('heading', { name: 'This clinic has moved' })).toBeVisible();
    expect(screen.getByText(/Priya Raman moved it/)).toBeVisible();
    // Whoever may not decide is told who may.
    expect(screen.queryByRole('button', { name: 'Use it here again' })).toBeNull();
    expect(screen.getByText(/Priya Raman$|Priya Raman\./)).toBeVisible();
  });

  it('is offered beside a new clinic, and takes file, code and passphrase', async () => {
    const clinic = new Clinic({ ...closedState, phase: 'empty', members: [] });
    const { user, door } = openDesk({ clinic });
    await user.click(await screen.findByRole('button', { name: 'Move from another computer' }));
    await user.click(await screen.findByRole('button', { name: 'Choose' }));
    await waitFor(() => expect(screen.getByLabelText('File')).toHaveValue('/stick/a.quietline'));
    await user.type(screen.getByLabelText('Code'), 'wrong{Enter}');
    expect(await screen.findByText(/not a code as Quietline makes them/)).toBeVisible();
    await user.clear(screen.getByLabelText('Code'));
    await user.type(screen.getByLabelText('Code'), 'abcd-efgh{Enter}');
    await user.type(await screen.findByLabelText('Your passphrase'), 'not this{Enter}');
    expect(await screen.findByText(/does not open the clinic for this person/)).toBeVisible();
    await user.clear(screen.getByLabelText('Your passphrase'));
    await user.type(screen.getByLabelText('Your passphrase'), `${samplePassphrase}{Enter}`);
    expect(await screen.findByText('Eleanor Whitfield')).toBeVisible();
    expect(door.asked('move.arrive').map(({ file }) => file)).toEqual(
      Array(2).fill('/stick/a.quietline'),
    );
  });
});
