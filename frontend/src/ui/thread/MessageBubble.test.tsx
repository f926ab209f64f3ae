import { screen } from '@testing-library/react';
import { describe, expect, it, test, vi } from 'vitest';
import { onScreen } from '../../test/onScreen';
import { DaySeparator } from './DaySeparator';
import { MessageBubble } from './MessageBubble';
import type { MessageStateValue } from './MessageState';

const at = '2026-03-04T14:50:00Z';
const plain = (s: string | null) => (s ?? '').replace(/\u202f/g, ' ');

describe('a text', () => {
  test.each<[MessageStateValue, string]>([
    [{ kind: 'waiting' }, 'Waiting to send'],
    [{ kind: 'waitingUntil', until: '2026-03-04T16:00:00Z' }, 'Waiting to send until 9:00 AM'],
    [
      { kind: 'waitingUntil', until: '2026-03-05T16:00:00Z' },
      'Waiting to send until Mar 5, 9:00 AM',
    ],
    [{ kind: 'sending' }, 'Sending'],
    [{ kind: 'sent' }, 'Sent'],
    [{ kind: 'delivered' }, 'Delivered'],
    [{ kind: 'failed' }, 'Not delivered'],
    [{ kind: 'unsure' }, 'Not sure it went out. Checking.'],
  ])('of ours says in words that it is %j', (state, words) => {
    onScreen(
      <ol>
        <MessageBubble side="out" author="Ana Ruiz" at={at} text="Hello" state={state} />
      </ol>,
    );
    expect(plain(screen.getByRole('listitem').textContent)).toContain(words);
  });

  it('is announced with its author and its time in the clinic’s zone', () => {
    onScreen(
      <ol>
        <MessageBubble side="in" author="Maria Delgado" at={at} text="Hello" joined />
      </ol>,
    );
    expect(plain(screen.getByRole('listitem').textContent)).toContain('Maria Delgado, 7:50 AM');
  });

  it('shows what a patient wrote as it was written', () => {
    const text = 'First line\n<b>second</b> {{name}} &amp;';
    onScreen(
      <ol>
        <MessageBubble side="in" author="Maria Delgado" at={at} text={text} />
      </ol>,
    );
    expect(document.querySelector('b')).toBeNull();
    expect(screen.getByRole('listitem').textContent).toContain(text);
  });

  it('answers why it was sent, and offers the next step', async () => {
    const onWhy = vi.fn();
    const { user } = onScreen(
      <ol>
        <MessageBubble
          side="out"
          author="Ana Ruiz"
          at={at}
          text="Hello"
          state={{ kind: 'failed' }}
          onWhy={onWhy}
          remedy={<button type="button">Call instead</button>}
        />
      </ol>,
    );
    await user.click(screen.getByRole('button', { name: 'Why was this sent?' }));
    expect(onWhy).toHaveBeenCalledOnce();
    expect(screen.getByRole('button', { name: 'Call instead' })).toBeVisible();
  });

  it('stands under the name of its day', () => {
    onScreen(
      <ol>
        <DaySeparator at="2026-03-04T06:30:00Z" />
      </ol>,
      'es',
    );
    expect(screen.getByRole('listitem')).toHaveTextContent('Ayer');
  });
});
