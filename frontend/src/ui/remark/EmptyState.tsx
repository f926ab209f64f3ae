import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './EmptyState.module.css';

interface Props {
  readonly icon: ReactNode;
  /** What will be here. */
  readonly title: string;
  /** How it comes here: what to do, or what happens by itself. */
  readonly children: ReactNode;
  readonly action?: ReactNode;
  /** The rank of its heading on the page. */
  readonly level?: 2 | 3;
}

/** A place with nothing in it yet, which says what it is for. */
export function EmptyState({ icon, title, children, action, level = 2 }: Props) {
  return (
    <div className={classes['empty']}>
      <span className={classes['icon']} aria-hidden="true">
        {icon}
      </span>
      <Title order={level} size="h3">
        {title}
      </Title>
      <div className={classes['body']}>{children}</div>
      {action ? <div className={classes['action']}>{action}</div> : null}
    </div>
  );
}
