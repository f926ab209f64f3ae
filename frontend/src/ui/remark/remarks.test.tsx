import { act, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { onScreen } from '../../test/onScreen';
import { Button } from '../control/Button';
import { ConfirmDialog } from '../overlay/ConfirmDialog';
import { ErrorState } from './ErrorState';
import { Progress } from './Progress';
import { stay, type Toast, ToastCard } from './Toast';

describe('an error on the screen', () => {
  it('says what happened and what to do, and does it again', async () => {
    const onRetry = vi.fn();
    const { user } = onScreen(
      <ErrorState error={{ code: 'app.disk_full', retry: true }} onRetry={onRetry} />,
    );
    expect(screen.getByRole('alert')).toHaveTextContent('no room left');
    expect(screen.getByRole('alert')).toHaveTextContent('Free some space');
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(onRetry).toHaveBeenCalledOnce();
  });

  it('offers no second try where that cannot help', () => {
    onScreen(<ErrorState error={{ code: 'app.forbidden', retry: false }} onRetry={() => {}} />);
    expect(screen.queryByRole('button')).toBeNull();
  });
});

describe('progress', () => {
  it('is spoken as a number where one is known', () => {
    onScreen(<Progress label="Reading" done={1_240} total={4_800} />);
    expect(screen.getByRole('progressbar', { name: 'Reading' })).toHaveAttribute('value', '1240');
    expect(screen.getByText('1,240 of 4,800')).toBeVisible();
  });

  it('never claims more than all', () => {
    onScreen(<Progress label="Reading" done={5} total={4} />);
    expect(screen.getByRole('progressbar')).toHaveAttribute('value', '4');
  });

  it('claims nothing where nothing is known', () => {
    onScreen(<Progress label="Reading" done={0} total={0} />);
    expect(screen.getByRole('progressbar')).not.toHaveAttribute('value');
  });
});

describe('a remark about what was done', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const shown = (toast: Toast) => {
    const onClose = vi.fn();
    onScreen(<ToastCard toast={toast} onClose={onClose} />);
    return onClose;
  };
  const wait = (ms: number) => act(() => vi.advanceTimersByTime(ms));

  it('goes by itself when all is well', () => {
    const onClose = shown({ tone: 'ok', title: 'Saved.' });
    wait(stay - 1);
    expect(onClose).not.toHaveBeenCalled();
    wait(1);
    expect(onClose).toHaveBeenCalledOnce();
  });

  it('waits while someone is in it', () => {
    const onClose = shown({ tone: 'ok', title: 'Saved.' });
    act(() => screen.getByRole('button', { name: 'Close' }).focus());
    wait(stay * 3);
    expect(onClose).not.toHaveBeenCalled();
    act(() => screen.getByRole('button', { name: 'Close' }).blur());
    wait(stay);
    expect(onClose).toHaveBeenCalledOnce();
  });

  it.each<Toast>([
    { tone: 'stop', title: 'Not delivered.' },
    { tone: 'warn', title: 'Late.' },
    { tone: 'ok', title: 'Read.', action: { label: 'Undo', run: () => {} } },
  ])('stays where it asks for something: $title', (toast) => {
    const onClose = shown(toast);
    wait(stay * 10);
    expect(onClose).not.toHaveBeenCalled();
  });
});

describe('a question before something that matters', () => {
  function Pause({ onConfirm }: { readonly onConfirm: () => void }) {
    const [open, setOpen] = useState(false);
    return (
      <>
        <Button onClick={() => setOpen(true)}>Pause</Button>
        <ConfirmDialog
          open={open}
          title="Pause texting?"
          confirm="Pause texting"
          onConfirm={onConfirm}
          onCancel={() => setOpen(false)}
          danger
        >
          <p>Nothing goes out until the pause ends.</p>
        </ConfirmDialog>
      </>
    );
  }

  it('starts on Cancel, so that Enter alone does nothing', async () => {
    const onConfirm = vi.fn();
    const { user } = onScreen(<Pause onConfirm={onConfirm} />);
    await user.click(screen.getByRole('button', { name: 'Pause' }));
    await vi.waitFor(() => expect(screen.getByRole('button', { name: 'Cancel' })).toHaveFocus());
    await user.keyboard('{Enter}');
    expect(onConfirm).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('does it when told', async () => {
    const onConfirm = vi.fn();
    const { user } = onScreen(<Pause onConfirm={onConfirm} />);
    await user.click(screen.getByRole('button', { name: 'Pause' }));
    await user.click(await screen.findByRole('button', { name: 'Pause texting' }));
    expect(onConfirm).toHaveBeenCalledOnce();
  });
});
