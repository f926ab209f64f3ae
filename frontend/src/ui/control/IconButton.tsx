import { ActionIcon, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  /** What it does, spoken and shown when the pointer rests on it. */
  readonly label: string;
  readonly icon: ReactNode;
  readonly onClick: () => void;
  /** For a button that stays down: whether it is. */
  readonly pressed?: boolean | undefined;
  /** For a button that opens something: whether it is open. */
  readonly expanded?: boolean | undefined;
  readonly small?: boolean;
}

/** A button with a picture alone. */
export function IconButton({ label, icon, onClick, pressed, expanded, small = false }: Props) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        aria-label={label}
        aria-pressed={pressed}
        aria-expanded={expanded}
        onClick={onClick}
        size={small ? 'md' : 'lg'}
        variant={pressed ? 'light' : 'subtle'}
        color={pressed ? 'accent' : 'gray'}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
