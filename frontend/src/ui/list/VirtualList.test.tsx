import { screen } from '@testing-library/react';
import { useState } from 'react';
import { describe, expect, it, test, vi } from 'vitest';
import { onScreen } from '../../test/onScreen';
import { VirtualList } from './VirtualList';

const rows = (count: number): string[] => Array.from({ length: count }, (_, at) => `row ${at}`);

interface Props {
  readonly items: readonly string[];
  readonly onOpen?: (item: string) => void;
  readonly onEnd?: () => void;
}

function List({ items, onOpen = () => {}, onEnd }: Props) {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <VirtualList
      label="Conversations"
      items={items}
      keyOf={(item) => item}
      rowHeight={4}
      selected={open}
      onEnd={onEnd}
      onOpen={(item) => {
        setOpen(item);
        onOpen(item);
      }}
    >
      {(item) => item}
    </VirtualList>
  );
}

const marked = (): string | null => {
  const id = screen.getByRole('listbox').getAttribute('aria-activedescendant');
  return id === null ? null : (document.getElementById(id)?.textContent ?? null);
};

describe('a list of any length', () => {
  it('holds only what is in sight', () => {
    onScreen(<List items={rows(5_000)} />);
    const options = screen.getAllByRole('option');
    expect(options.length).toBeLessThan(40);
    expect(options[0]).toHaveAttribute('aria-setsize', '5000');
  });

  test.each([
    ['{ArrowDown}', 'row 1'],
    ['{ArrowDown}{ArrowDown}{ArrowUp}', 'row 1'],
    ['{ArrowUp}', 'row 0'],
    ['{PageDown}', 'row 9'],
    ['{PageDown}{PageUp}', 'row 0'],
    ['{PageDown}{PageDown}{PageDown}', 'row 19'],
    ['{End}{Home}', 'row 0'],
  ])('moves the mark with %s to %s', async (keys, expected) => {
    const { user } = onScreen(<List items={rows(20)} />);
    await user.tab();
    expect(screen.getByRole('listbox')).toHaveFocus();
    await user.keyboard(keys);
    expect(marked()).toBe(expected);
  });

  it('stops at its end', async () => {
    const { user } = onScreen(<List items={rows(3)} />);
    await user.tab();
    await user.keyboard('{End}{ArrowDown}');
    expect(marked()).toBe('row 2');
  });

  it('opens nothing until Enter', async () => {
    const onOpen = vi.fn();
    const { user } = onScreen(<List items={rows(20)} onOpen={onOpen} />);
    await user.tab();
    await user.keyboard('{ArrowDown}{ArrowDown}');
    expect(onOpen).not.toHaveBeenCalled();
    await user.keyboard('{Enter}');
    expect(onOpen).toHaveBeenCalledExactlyOnceWith('row 2');
    expect(screen.getByRole('option', { selected: true })).toHaveTextContent('row 2');
  });

  it('opens what is clicked and goes on from there', async () => {
    const onOpen = vi.fn();
    const { user } = onScreen(<List items={rows(20)} onOpen={onOpen} />);
    await user.click(screen.getByText('row 4'));
    expect(onOpen).toHaveBeenCalledWith('row 4');
    screen.getByRole('listbox').focus();
    await user.keyboard('{ArrowDown} ');
    expect(onOpen).toHaveBeenLastCalledWith('row 5');
  });

  it('keeps the mark on its row when others come in above', async () => {
    const { user, rerender } = onScreen(<List items={rows(10)} />);
    await user.tab();
    await user.keyboard('{ArrowDown}{ArrowDown}');
    rerender(<List items={['new', ...rows(10)]} />);
    expect(marked()).toBe('row 2');
  });

  it('leaves keys with a modifier to the window', async () => {
    const onOpen = vi.fn();
    const { user } = onScreen(<List items={rows(10)} onOpen={onOpen} />);
    await user.tab();
    await user.keyboard('{Control>}{Enter}{ArrowDown}{/Control}');
    expect(onOpen).not.toHaveBeenCalled();
    expect(marked()).toBe('row 0');
  });

  it('asks for more only near its end', () => {
    const far = vi.fn();
    const { unmount } = onScreen(<List items={rows(500)} onEnd={far} />);
    expect(far).not.toHaveBeenCalled();
    unmount();
    const close = vi.fn();
    onScreen(<List items={rows(8)} onEnd={close} />);
    expect(close).toHaveBeenCalled();
  });

  it('bears being empty', async () => {
    const { user } = onScreen(<List items={[]} />);
    await user.tab();
    await user.keyboard('{ArrowDown}{Enter}{End}');
    expect(marked()).toBeNull();
  });
});
