import { ActionIcon, TextInput } from '@mantine/core';
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { type KeyboardEvent, type Ref, useState } from 'react';
import { useWords } from '../../i18n/I18nProvider';
import { FieldLabel } from './FieldLabel';
import { type FieldProps, sensitive } from './fieldProps';
import classes from './PassphraseField.module.css';

interface Props extends FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly inputRef?: Ref<HTMLInputElement>;
  /** Where the keyboard begins in a dialog. */
  readonly autoFocus?: boolean;
}

/** A field for a passphrase: hidden until asked, with a word when Caps Lock is on. */
export function PassphraseField({
  label,
  hint,
  error,
  optional = false,
  value,
  onChange,
  inputRef,
  autoFocus = false,
}: Props) {
  const t = useWords();
  const [shown, setShown] = useState(false);
  const [caps, setCaps] = useState(false);
  const look = (event: KeyboardEvent) => setCaps(event.getModifierState('CapsLock'));
  return (
    <div>
      <TextInput
        {...sensitive}
        {...(inputRef ? { ref: inputRef } : {})}
        label={<FieldLabel label={label} optional={optional} />}
        description={hint}
        error={error}
        type={shown ? 'text' : 'password'}
        value={value}
        aria-required={!optional}
        data-autofocus={autoFocus || undefined}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={look}
        onKeyUp={look}
        onBlur={() => setCaps(false)}
        rightSectionWidth="2.5rem"
        rightSection={
          <ActionIcon
            size="md"
            aria-label={shown ? t('ui.hidePassphrase') : t('ui.showPassphrase')}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          >
            {shown ? <IconEyeOff size="1.125rem" /> : <IconEye size="1.125rem" />}
          </ActionIcon>
        }
      />
      <p className={classes['caps']} role="status">
        {caps ? t('ui.capsLock') : ''}
      </p>
    </div>
  );
}
