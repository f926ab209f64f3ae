import { screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { onScreen } from '../../test/onScreen';
import { Button } from '../control/Button';
import { DialogForm } from '../form/DialogForm';
import { TextField } from '../form/TextField';
import { Dialog } from './Dialog';

interface Noting {
  readonly onClose: () => void;
  readonly onSubmit: () => unknown;
}

function Noting({ onClose, onSubmit }: Noting) {
  const [words, setWords] = useState('');
  return (
    <Dialog open onClose={onClose} title="A note">
      <DialogForm action="Add" error={null} onSubmit={onSubmit} onCancel={onClose}>
        <TextField label="Words" value={words} onChange={setWords} long />
      </DialogForm>
    </Dialog>
  );
}

/** A banner that goes with the last question of the dialog that it opens. */
function Questions() {
  const [open, setOpen] = useState(false);
  const [left, setLeft] = useState(1);
  return (
    <main>
      <h1>Inbox</h1>
      {left > 0 ? <Button onClick={() => setOpen(true)}>Read and decide</Button> : null}
      <Dialog open={open} onClose={() => setOpen(false)} title="Questions">
        <Button onClick={() => setLeft(0)}>Decide</Button>
      </Dialog>
    </main>
  );
}

describe('the focus after a dialog', () => {
  it('is where it was', async () => {
    const { user } = onScreen(<Questions />);
    await user.click(screen.getByRole('button', { name: 'Read and decide' }));
    await screen.findByRole('dialog');
    await user.keyboard('{Escape}');
    await waitFor(() =>
      expect(screen.getByRole('button', { name: 'Read and decide' })).toHaveFocus(),
    );
  });

  it('is on the heading of the screen where that has gone', async () => {
    const { user } = onScreen(<Questions />);
    await user.click(screen.getByRole('button', { name: 'Read and decide' }));
    await user.click(await screen.findByRole('button', { name: 'Decide' }));
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.getByRole('heading', { name: 'Inbox' })).toHaveFocus());
  });
});

describe('a form in a dialog', () => {
  it('is left at once while it is empty', async () => {
    const onClose = vi.fn();
    const { user } = onScreen(<Noting onClose={onClose} onSubmit={() => {}} />);
    await user.click(screen.getByLabelText('Words'));
    await user.keyboard('{Escape}');
    expect(onClose).toHaveBeenCalledOnce();
  });

  it('asks before what was written in it is lost', async () => {
    const onClose = vi.fn();
    const { user } = onScreen(<Noting onClose={onClose} onSubmit={() => {}} />);
    await user.type(screen.getByLabelText('Words'), 'Called{Escape}');
    await user.click(await screen.findByRole('button', { name: 'Keep writing' }));
    expect(onClose).not.toHaveBeenCalled();
    expect(screen.getByLabelText('Words')).toHaveValue('Called');
    await waitFor(() => expect(screen.queryByText('Leave without saving?')).toBeNull());
    await user.click(screen.getByRole('button', { name: 'Close' }));
    await user.click(await screen.findByRole('button', { name: 'Leave' }));
    expect(onClose).toHaveBeenCalledOnce();
  });

  it('is sent once and stays until its answer and what follows are there', async () => {
    const onClose = vi.fn();
    let answer = (): void => {};
    const onSubmit = vi.fn(() => new Promise<void>((settled) => (answer = settled)));
    const { user } = onScreen(<Noting onClose={onClose} onSubmit={onSubmit} />);
    const add = screen.getByRole('button', { name: 'Add' });
    await user.click(add);
    await user.click(add);
    await user.keyboard('{Escape}');
    expect(onSubmit).toHaveBeenCalledOnce();
    expect(onClose).not.toHaveBeenCalled();
    expect(add).toHaveAttribute('aria-busy', 'true');
    answer();
    await waitFor(() => expect(add).not.toHaveAttribute('aria-busy'));
    await user.click(add);
    expect(onSubmit).toHaveBeenCalledTimes(2);
  });
});

describe('a button', () => {
  it('is pressed once until what it does is done', async () => {
    let answer = (): void => {};
    const deed = vi.fn(() => new Promise<void>((settled) => (answer = settled)));
    const { user } = onScreen(<Button onClick={deed}>Take it back</Button>);
    const button = screen.getByRole('button', { name: 'Take it back' });
    await user.click(button);
    await user.click(button);
    expect(deed).toHaveBeenCalledOnce();
    answer();
    await waitFor(() => expect(button).not.toHaveAttribute('aria-busy'));
  });
});
