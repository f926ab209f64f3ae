import type { ReactNode } from 'react';
import type { Tone } from '../theme/tokens';
import classes from './Notice.module.css';
import { toneIcon } from './toneIcon';

interface Props {
  readonly tone: Tone;
  /** What is the case, in one sentence. */
  readonly title: string;
  /** Why, and what to do. */
  readonly children?: ReactNode;
  /** The next step: a button or two. */
  readonly action?: ReactNode;
  /** One line, for the place above the composer. */
  readonly compact?: boolean;
  /** Read out when it appears or changes. Leave it out for what a page opens with. */
  readonly live?: boolean;
}

/** A remark that stays where it belongs until its cause is gone. */
export function Notice({ tone, title, children, action, compact = false, live = false }: Props) {
  return (
    <div
      className={classes['notice']}
      data-tone={tone}
      data-compact={compact || undefined}
      role={live ? (tone === 'stop' ? 'alert' : 'status') : undefined}
    >
      <span className={classes['icon']}>{toneIcon(tone, 1.25)}</span>
      <div className={classes['words']}>
        <p className={classes['title']}>{title}</p>
        {children ? <div className={classes['body']}>{children}</div> : null}
      </div>
      {action ? <div className={classes['action']}>{action}</div> : null}
    </div>
  );
}
