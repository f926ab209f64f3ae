import { ActionIcon, TextInput } from '@mantine/core';
import { IconSearch, IconX } from '@tabler/icons-react';
import type { KeyboardEvent, Ref } from 'react';
import { useWords } from '../../i18n/I18nProvider';
import { KeyHint } from '../control/KeyHint';
import { sensitive } from './fieldProps';

interface Props {
  /** What is searched: spoken, and shown while the field is empty. */
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** The key that leads here, shown while the field is empty. */
  readonly shortcut?: string;
  /** Keys that belong to the list below, such as the arrows. */
  readonly onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void;
  readonly inputRef?: Ref<HTMLInputElement>;
  /** Where the keyboard begins in a dialog. */
  readonly autoFocus?: boolean;
}

/** A field that narrows the list below it. Esc empties it. */
export function SearchField({
  label,
  value,
  onChange,
  shortcut,
  onKeyDown,
  inputRef,
  autoFocus = false,
}: Props) {
  const t = useWords();
  return (
    <TextInput
      {...sensitive}
      {...(inputRef ? { ref: inputRef } : {})}
      role="searchbox"
      data-autofocus={autoFocus || undefined}
      aria-label={label}
      aria-keyshortcuts={shortcut}
      placeholder={label}
      value={value}
      leftSection={<IconSearch size="1rem" aria-hidden="true" />}
      rightSection={
        value !== '' ? (
          <ActionIcon size="md" aria-label={t('ui.clearSearch')} onClick={() => onChange('')}>
            <IconX size="1rem" />
          </ActionIcon>
        ) : shortcut ? (
          <KeyHint keys={[shortcut]} />
        ) : undefined
      }
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && value !== '') {
          event.stopPropagation();
          onChange('');
          return;
        }
        onKeyDown?.(event);
      }}
    />
  );
}
