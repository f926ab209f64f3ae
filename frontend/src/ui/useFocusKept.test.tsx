import { render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { useState } from 'react';
import { expect, it } from 'vitest';
import { useFocusKept } from './useFocusKept';

/** A button that a form takes the place of, until nothing is left to do. */
function Step() {
  const [shown, setShown] = useState<'button' | 'form' | 'nothing'>('button');
  const box = useFocusKept<HTMLDivElement>(shown);
  return (
    <>
      <input aria-label="elsewhere" />
      <div ref={box}>
        {shown === 'button' ? (
          <button key="add" type="button" onClick={() => setShown('form')}>
            Add a note
          </button>
        ) : shown === 'form' ? (
          <>
            <button type="button" onClick={() => setShown('button')}>
              Back
            </button>
            <input aria-label="note" />
            <button type="button" onClick={() => setShown('nothing')}>
              Keep it
            </button>
            <button type="button" onMouseEnter={() => setShown('button')}>
              By itself
            </button>
          </>
        ) : (
          'Done'
        )}
      </div>
    </>
  );
}

it('moves a focus that was lost into what is there now, and back', async () => {
  const user = userEvent.setup();
  render(<Step />);
  await user.click(screen.getByRole('button', { name: 'Add a note' }));
  expect(screen.getByLabelText('note')).toHaveFocus();
  await user.click(screen.getByRole('button', { name: 'Back' }));
  expect(screen.getByRole('button', { name: 'Add a note' })).toHaveFocus();
  await user.keyboard('{Enter}');
  await user.click(screen.getByRole('button', { name: 'Keep it' }));
  expect(screen.getByText('Done')).toHaveFocus();
});

it('leaves a focus that is elsewhere', async () => {
  const user = userEvent.setup();
  render(<Step />);
  await user.click(screen.getByRole('button', { name: 'Add a note' }));
  await user.click(screen.getByLabelText('elsewhere'));
  await user.hover(screen.getByRole('button', { name: 'By itself' }));
  expect(screen.getByRole('button', { name: 'Add a note' })).toBeVisible();
  expect(screen.getByLabelText('elsewhere')).toHaveFocus();
});
