import { createEvent, fireEvent, screen } from '@testing-library/react';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { onScreen } from '../../test/onScreen';
import { Composer, type TextLength } from './Composer';

interface Props {
  readonly onSend: () => void;
  readonly blocked?: string;
  readonly busy?: boolean;
  readonly length?: TextLength;
  readonly start?: string;
}

function Desk({ onSend, blocked, busy = false, length, start = '' }: Props) {
  const [text, setText] = useState(start);
  return (
    <Composer
      value={text}
      onChange={setText}
      onSend={onSend}
      blocked={blocked}
      busy={busy}
      length={length ?? { parts: 1, left: 1_500 }}
    />
  );
}

const box = () => screen.getByRole('textbox', { name: 'Text message' });
const send = () => screen.getByRole('button', { name: 'Send' });

describe('the composer', () => {
  it('sends with Ctrl+Enter and with ⌘+Enter', async () => {
    const onSend = vi.fn();
    const { user } = onScreen(<Desk onSend={onSend} />);
    await user.type(box(), 'See you at two');
    await user.keyboard('{Control>}{Enter}{/Control}');
    await user.keyboard('{Meta>}{Enter}{/Meta}');
    expect(onSend).toHaveBeenCalledTimes(2);
    expect(box()).toHaveValue('See you at two');
  });

  it('makes a new line with Enter', async () => {
    const onSend = vi.fn();
    const { user } = onScreen(<Desk onSend={onSend} />);
    await user.type(box(), 'One{Enter}Two');
    expect(onSend).not.toHaveBeenCalled();
    expect(box()).toHaveValue('One\nTwo');
  });

  it('leaves Enter to an input method that is composing', async () => {
    const onSend = vi.fn();
    onScreen(<Desk onSend={onSend} start="你" />);
    const event = createEvent.keyDown(box(), { key: 'Enter', ctrlKey: true, isComposing: true });
    fireEvent(box(), event);
    expect(onSend).not.toHaveBeenCalled();
  });

  it('says why it does not send, and does not', async () => {
    const onSend = vi.fn();
    const { user } = onScreen(
      <Desk onSend={onSend} start="Hello" blocked="There is no consent on file yet." />,
    );
    await user.click(send());
    await user.click(box());
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(onSend).not.toHaveBeenCalled();
    expect(send()).toHaveAccessibleDescription('There is no consent on file yet.');
    // It stays in the order of the Tab key, so that the reason can be heard.
    await user.tab();
    expect(send()).toHaveFocus();
  });

  it.each(['', '   ', '\n'])('does not send the empty text %j', async (start) => {
    const onSend = vi.fn();
    const { user } = onScreen(<Desk onSend={onSend} start={start} />);
    await user.click(send());
    expect(onSend).not.toHaveBeenCalled();
    expect(send()).toHaveAccessibleDescription('Write a text first.');
  });

  it('keeps a text that is too long and says by how much', async () => {
    const onSend = vi.fn();
    const { user } = onScreen(
      <Desk onSend={onSend} start="A long text" length={{ parts: 11, left: -3 }} />,
    );
    await user.click(send());
    expect(onSend).not.toHaveBeenCalled();
    expect(box()).toHaveValue('A long text');
    expect(box()).toHaveAccessibleDescription('11 texts 3 characters too long');
  });

  it('does not send twice while it is sending', async () => {
    const onSend = vi.fn();
    const { user } = onScreen(<Desk onSend={onSend} start="Hello" busy />);
    await user.click(box());
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(onSend).not.toHaveBeenCalled();
  });

  it('hides the count while there is room', () => {
    onScreen(<Desk onSend={() => {}} start="Hello" length={{ parts: 1, left: 200 }} />);
    expect(box()).not.toHaveAccessibleDescription();
  });

  it.each([
    [{ parts: 1, left: 199 }, '199 characters left'],
    [{ parts: 1, left: 1 }, '1 character left'],
    [{ parts: 2, left: 1_300 }, '2 texts'],
    [{ parts: 10, left: 0 }, '10 texts 0 characters left'],
  ])('counts %j as %s', (length, expected) => {
    onScreen(<Desk onSend={() => {}} start="Hello" length={length} />);
    expect(box()).toHaveAccessibleDescription(expected);
  });

  it('tells the browser to remember and correct nothing', () => {
    onScreen(<Desk onSend={() => {}} />);
    expect(box()).toHaveAttribute('autocomplete', 'off');
    expect(box()).toHaveAttribute('spellcheck', 'false');
  });
});
