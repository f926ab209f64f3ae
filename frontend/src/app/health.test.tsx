import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { DoorError } from '../door/error';
import type { Finding, State } from '../door/shapes';
import { Clinic } from '../test/clinic';
import { openDesk } from '../test/desk';
import { damage, older } from '../test/finding';
import { ago } from '../test/people';
import { closedState, openState } from '../test/shapes';

/** An id that was never set, as the program writes it. */
const unset = '0'.repeat(26);

const halted = (finding: Finding, mayDo = ['records.accept_loss', 'records.export']): Clinic => {
  const state: State = { ...closedState, phase: 'halted', me: openState.me, mayDo, finding };
  return new Clinic(state);
};

describe('an older copy', () => {
  it('says between which times something is missing, and goes on after a second look', async () => {
    const { user, door } = openDesk({ clinic: halted(older) });
    expect(
      await screen.findByText(
        'Texts and records between Mar 16, 9:42 AM and Mar 17, 8:42 AM are not in this copy.',
      ),
    ).toBeVisible();
    expect(door.asked('inbox.list')).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Go on with this copy' }));
    const question = await screen.findByRole('dialog');
    await user.click(within(question).getByRole('button', { name: 'Go on with this copy' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Inbox' })).toBeVisible();
    expect(door.asked('health.goOn')).toEqual([{ words: '' }]);
  });

  it('asks for the sheet where the file with the keys is older', async () => {
    const { user, door } = openDesk({
      clinic: halted({ ...older, found: 'older_keys', needsSheet: true }),
    });
    await user.click(await screen.findByRole('button', { name: 'Go on with this copy' }));
    const question = await screen.findByRole('dialog');
    const go = within(question).getByRole('button', { name: 'Go on with this copy' });
    expect(go).toHaveAttribute('aria-disabled', 'true');
    await user.type(within(question).getByRole('textbox'), 'amber bicycle');
    await user.click(go);
    expect(door.asked('health.goOn')).toEqual([{ words: 'amber bicycle' }]);
  });

  it('names whom to ask where it is not theirs to decide, and stops', async () => {
    const { user, door } = openDesk({ clinic: halted(older, []) });
    expect(await screen.findByText('This is not yours to decide. Ask Amir Haddad.')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Go on with this copy' })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Stop here' }));
    expect(await screen.findByRole('heading', { name: 'Quietline is locked' })).toBeVisible();
    expect(door.asked('session.lock')).toHaveLength(1);
  });

  it.each([
    [{ missingUntil: '' }, /^Texts and records after Mar 16, 9:42 AM are not in this copy\.$/],
    [{ missingFrom: '' }, /^This copy is another one than the one used here until Mar 17/],
    [{ missingFrom: '', missingUntil: '' }, /Nobody can tell what is missing/],
  ])('says what is known of the times: %o', async (times, words) => {
    openDesk({ clinic: halted({ ...older, ...times }) });
    expect(await screen.findByText(words)).toBeVisible();
  });
});

describe('damaged records', () => {
  it('offers the ways on in their order, and never to remove anything', async () => {
    openDesk({ clinic: halted(damage) });
    await screen.findByRole('heading', { level: 1, name: 'The records are damaged' });
    expect(screen.getAllByRole('heading', { level: 3 }).map((h) => h.textContent)).toEqual([
      'Make lists and search new',
      'Put the right folder back',
      'Save what can still be read',
      'Stop here',
    ]);
    expect(document.body.textContent).not.toMatch(/delete|remove|start over/i);
  });

  it('warns before it saves readable copies, and lists what could not be read', async () => {
    const { user, door } = openDesk({ clinic: halted(damage) });
    await user.click(await screen.findByRole('button', { name: 'Save what can still be read' }));
    expect(await screen.findByText(/Whoever gets the saved folder can read/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Save the copies' }));
    expect(await screen.findByText('17 entries could not be read.')).toBeVisible();
    expect(door.asked('health.export')).toEqual([{ folder: '/media/safe', unnoted: false }]);
    expect(screen.getByText('2 pictures and files could not be saved.')).toBeVisible();
    expect(screen.queryByText(/could not note/)).toBeNull();
  });

  it('asks for a note on paper where the computer keeps none', async () => {
    const clinic = halted(damage);
    const kept = clinic.replies['health.export']({ folder: '', unnoted: false });
    if (kept instanceof DoorError) throw kept;
    const { user } = openDesk({
      clinic,
      replies: { 'health.export': () => ({ ...kept, recorded: false }) },
    });
    await user.click(await screen.findByRole('button', { name: 'Save what can still be read' }));
    await user.click(screen.getByRole('button', { name: 'Save the copies' }));
    expect(await screen.findByText(/Write it on paper/)).toBeVisible();
  });

  it('asks before it saves what would be on no record', async () => {
    const clinic = halted(damage);
    const saved = clinic.replies['health.export'];
    const { user, door } = openDesk({
      clinic,
      replies: {
        'health.export': (r) => {
          if (!r.unnoted) throw new DoorError('desk.unnoted', {});
          return saved(r);
        },
      },
    });
    await user.click(await screen.findByRole('button', { name: 'Save what can still be read' }));
    await user.click(screen.getByRole('button', { name: 'Save the copies' }));
    expect(await screen.findByText(/will leave no record on this computer/)).toBeVisible();
    expect(screen.queryByText(/kept on record/)).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Save without a record' }));
    expect(await screen.findByText('17 entries could not be read.')).toBeVisible();
    expect(door.asked('health.export').map((r) => r.unnoted)).toEqual([false, true]);
  });

  it('says how far the saving has come, and stops it', async () => {
    let fail = (_: DoorError): void => {};
    const { user, door } = openDesk({ clinic: halted(damage) });
    door.on({
      'health.export': () =>
        new Promise((_, reject) => {
          fail = reject;
        }),
      'health.stopExport': () => {
        fail(new DoorError('app.cancelled', {}, true));
        return {};
      },
    });
    await user.click(await screen.findByRole('button', { name: 'Save what can still be read' }));
    await user.click(screen.getByRole('button', { name: 'Save the copies' }));
    expect(await screen.findByText('Reading the records')).toBeVisible();
    expect(await screen.findByText('2,400 of 8,400')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Stop and remove the copies' }));
    expect(await screen.findByText(/This was stopped before it was done/)).toBeVisible();
    expect(door.asked('health.stopExport')).toHaveLength(1);
  });

  it('stops the saving when its dialog is closed', async () => {
    const { user, door } = openDesk({ clinic: halted(damage) });
    door.on({ 'health.export': () => new Promise(() => {}) });
    await user.click(await screen.findByRole('button', { name: 'Save what can still be read' }));
    await user.click(screen.getByRole('button', { name: 'Save the copies' }));
    await screen.findByText('Reading the records');
    await user.keyboard('{Escape}');
    await waitFor(() => expect(door.asked('health.stopExport')).toHaveLength(1));
  });
});

describe('the health of the records', () => {
  it('is checked on demand, with progress, and can be stopped', async () => {
    const { user, door } = openDesk({ path: '/settings' });
    await user.click(await screen.findByRole('button', { name: 'Check the records now' }));
    expect(await screen.findByText('Reading all records')).toBeVisible();
    expect(screen.getByText('1,200 of 8,400')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Stop the check' }));
    expect(await screen.findByRole('button', { name: 'Check the records now' })).toBeVisible();
    expect(door.asked('health.cancel')).toHaveLength(1);
  });

  it('says how many attachments are lost, and leads to their texts', async () => {
    const clinic = new Clinic();
    clinic.health = { ...clinic.health, lostAttachments: 3 };
    const { user, door } = openDesk({
      clinic,
      path: '/settings',
      replies: {
        'health.attachments': () => ({
          items: [
            {
              id: 'a1',
              kind: 'picture',
              thread: 't-p1',
              text: 'm9',
              patient: unset,
              at: ago(60),
              problem: { code: 'blob.damaged', params: {} },
            },
            {
              id: 'a2',
              kind: 'file',
              thread: unset,
              text: unset,
              patient: 'p1',
              at: ago(90),
              problem: { code: 'blob.missing', params: {} },
            },
          ],
          more: 2,
        }),
      },
    });
    expect(await screen.findByText('3 pictures and files are missing or damaged.')).toBeVisible();
    expect(door.asked('health.attachments')).toHaveLength(0);
    await user.click(screen.getByRole('button', { name: 'Show them' }));
    const link = await screen.findByRole('link', { name: 'Mar 17, 8:42 AM' });
    expect(link).toHaveAttribute('href', '#/inbox/t-p1?at=m9');
    expect(link.closest('li')).toHaveTextContent('Picture, damaged');
    const scan = screen.getByRole('link', { name: /^Scan of a signed paper, / });
    expect(scan).toHaveAttribute('href', '#/patients/p1');
    expect(scan.closest('li')).toHaveTextContent('missing');
    expect(screen.getByText('And 2 more.')).toBeVisible();
  });

  it('says on every screen what somebody must know', async () => {
    const clinic = new Clinic();
    clinic.health = { ...clinic.health, outcome: 'records' };
    openDesk({ clinic });
    expect(await screen.findByText('The last check found damage in the records.')).toBeVisible();
  });

  it('leads from damage that a check has found to what helps, and back to work', async () => {
    const clinic = new Clinic();
    clinic.health = {
      ...clinic.health,
      outcome: 'records',
      faults: [{ part: 'records', code: 'sqlite.damaged' }],
    };
    clinic.state = { ...clinic.state, mayDo: [...clinic.state.mayDo, 'records.export'] };
    const { user, door } = openDesk({ clinic, path: '/settings' });
    await user.click(
      await screen.findByRole('button', { name: 'Close the clinic and see what helps' }),
    );
    expect(
      await screen.findByRole('button', { name: 'Save what can still be read' }),
    ).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Back to work' }));
    expect(await screen.findByRole('heading', { name: 'Quietline is locked' })).toBeVisible();
    expect(door.asked('health.close')).toHaveLength(1);
  });

  it('closes nothing for lost pictures alone', async () => {
    const clinic = new Clinic();
    clinic.health = {
      ...clinic.health,
      outcome: 'records',
      faults: [{ part: 'attachments', code: 'blob.missing' }],
    };
    clinic.state = { ...clinic.state, mayDo: [...clinic.state.mayDo, 'records.export'] };
    openDesk({ clinic, path: '/settings' });
    await screen.findByText(/^Go on working, and keep the folder as it is/);
    expect(screen.queryByRole('button', { name: /^Close the clinic/ })).toBeNull();
  });

  it('says once that something from while it was locked cannot be read', async () => {
    const clinic = new Clinic();
    clinic.health = { ...clinic.health, unopened: 2 };
    const { user, door } = openDesk({ clinic });
    expect(await screen.findByText(/^2 things that happened while Quietline/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'All right' }));
    expect(screen.queryByText(/cannot be read/)).toBeNull();
    clinic.health = { ...clinic.health, unopened: 3 };
    door.change('health');
    expect(await screen.findByText(/^3 things that happened while Quietline/)).toBeVisible();
  });

  it('says once that lists were made new', async () => {
    const clinic = new Clinic();
    clinic.health = { ...clinic.health, remade: true };
    const { user } = openDesk({ clinic });
    expect(await screen.findByText(/Quietline made them new from the records/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'All right' }));
    expect(screen.queryByText(/Quietline made them new/)).toBeNull();
  });
});
