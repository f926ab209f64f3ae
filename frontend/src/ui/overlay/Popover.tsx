import { Popover as MantinePopover } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { IconButton } from '../control/IconButton';
import classes from './Popover.module.css';

interface Props {
  /** What the button opens, spoken and shown when the pointer rests on it. */
  readonly label: string;
  readonly icon: ReactNode;
  /** How many things in it are set; nothing is shown for 0. */
  readonly count?: number;
  readonly children: ReactNode;
}

/**
 * A few choices beside the button that opens them. Esc or a press elsewhere
 * closes them and the focus goes back to the button.
 */
export function Popover({ label, icon, count = 0, children }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <MantinePopover
      opened={open}
      onChange={setOpen}
      position="bottom-end"
      width={320}
      shadow="lg"
      radius="lg"
      withRoles={false}
      trapFocus
      returnFocus
    >
      <MantinePopover.Target>
        <span className={classes['target']}>
          <IconButton
            label={label}
            icon={icon}
            expanded={open}
            onClick={() => setOpen((was) => !was)}
          />
          {count > 0 ? (
            <span className={classes['count']} aria-hidden="true">
              {count}
            </span>
          ) : null}
        </span>
      </MantinePopover.Target>
      <MantinePopover.Dropdown
        role="dialog"
        aria-label={label}
        className={classes['content'] ?? ''}
      >
        {children}
      </MantinePopover.Dropdown>
    </MantinePopover>
  );
}
