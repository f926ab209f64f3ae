import { screen } from '@testing-library/react';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { onScreen } from '../../test/onScreen';
import { Button } from '../control/Button';
import { ChoiceField } from './ChoiceField';
import { Form } from './Form';
import { PassphraseField } from './PassphraseField';
import { SearchField } from './SearchField';
import { StepList } from './StepList';
import { TextField } from './TextField';

function Passphrase() {
  const [value, setValue] = useState('');
  return <PassphraseField label="Passphrase" value={value} onChange={setValue} />;
}

describe('the field for a passphrase', () => {
  it('shows it only when asked, and hides it again', async () => {
    const { user } = onScreen(<Passphrase />);
    const field = screen.getByLabelText('Passphrase');
    await user.type(field, 'quiet river at noon');
    expect(field).toHaveAttribute('type', 'password');
    await user.click(screen.getByRole('button', { name: 'Show passphrase' }));
    expect(field).toHaveAttribute('type', 'text');
    await user.click(screen.getByRole('button', { name: 'Hide passphrase' }));
    expect(field).toHaveAttribute('type', 'password');
    expect(field).toHaveAttribute('autocomplete', 'off');
    expect(field).toHaveAttribute('spellcheck', 'false');
  });

  it('says when Caps Lock is on', async () => {
    const { user } = onScreen(<Passphrase />);
    await user.click(screen.getByLabelText('Passphrase'));
    await user.keyboard('{CapsLock}q');
    expect(screen.getByText('Caps Lock is on.')).toBeVisible();
    await user.keyboard('{CapsLock}q');
    expect(screen.queryByText('Caps Lock is on.')).toBeNull();
  });
});

describe('a field', () => {
  it('is read with its hint and its error', () => {
    onScreen(
      <TextField
        label="Full name"
        hint="As on the card."
        error="Write the name."
        value=""
        onChange={() => {}}
      />,
    );
    const field = screen.getByRole('textbox', { name: 'Full name' });
    expect(field).toHaveAccessibleDescription(/As on the card\./);
    expect(field).toHaveAccessibleDescription(/Write the name\./);
    expect(field).toBeInvalid();
    expect(field).toBeRequired();
  });

  it('says when it is optional', () => {
    onScreen(<TextField label="Note" optional long value="" onChange={() => {}} />);
    expect(screen.getByRole('textbox', { name: 'Note (optional)' })).not.toBeRequired();
  });
});

describe('the field for searching', () => {
  function Search() {
    const [value, setValue] = useState('');
    return <SearchField label="Find" value={value} onChange={setValue} shortcut="/" />;
  }

  it('is emptied by Esc and by its button', async () => {
    const { user } = onScreen(<Search />);
    const field = screen.getByRole('searchbox', { name: 'Find' });
    await user.type(field, '0142{Escape}');
    expect(field).toHaveValue('');
    await user.type(field, '0142');
    await user.click(screen.getByRole('button', { name: 'Clear the search' }));
    expect(field).toHaveValue('');
  });
});

describe('a choice', () => {
  it('is made with the arrow keys', async () => {
    const onChange = vi.fn();
    const { user } = onScreen(
      <ChoiceField
        label="Who signed?"
        value="patient"
        choices={[
          { value: 'patient', label: 'The patient' },
          { value: 'parent', label: 'A parent' },
        ]}
        onChange={onChange}
      />,
    );
    await user.tab();
    await user.keyboard('{ArrowDown}');
    expect(onChange).toHaveBeenCalledWith('parent');
    expect(screen.getByRole('group', { name: 'Who signed?' })).toBeVisible();
  });
});

describe('a form', () => {
  it('is sent by Enter in a field', async () => {
    const onSubmit = vi.fn();
    const { user } = onScreen(
      <Form onSubmit={onSubmit} actions={<Button submit>Save</Button>}>
        <Passphrase />
      </Form>,
    );
    await user.type(screen.getByLabelText('Passphrase'), 'x{Enter}');
    expect(onSubmit).toHaveBeenCalledOnce();
  });

  it('is not sent by a button that may not be used', async () => {
    const onSubmit = vi.fn();
    const { user } = onScreen(
      <Form
        onSubmit={onSubmit}
        actions={
          <Button submit blocked="Fill in the name.">
            Save
          </Button>
        }
      >
        <span />
      </Form>,
    );
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(onSubmit).not.toHaveBeenCalled();
  });
});

describe('the steps of a set-up', () => {
  it('say where one is without colour', () => {
    onScreen(
      <StepList
        label="Set-up"
        current="b"
        steps={[
          { key: 'a', title: 'The clinic' },
          { key: 'b', title: 'You' },
          { key: 'c', title: 'Phone' },
        ]}
      />,
    );
    const items = screen.getAllByRole('listitem');
    expect(items.map((i) => i.textContent)).toEqual([
      'The clinicdone',
      '2Youyou are here',
      '3Phonestill to do',
    ]);
    expect(items[1]).toHaveAttribute('aria-current', 'step');
  });
});
