import type { ReactNode } from 'react';
import { toneIcon } from '../remark/toneIcon';
import type { Tone } from '../theme/tokens';
import classes from './Banner.module.css';

interface Props {
  readonly tone: Tone;
  /** One sentence: the state and what it means for the work at hand. */
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

/** One line across the window about the state of everything: the connection, a downtime. */
export function Banner({ tone, children, action }: Props) {
  return (
    <div className={classes['banner']} data-tone={tone} role="status">
      <span className={classes['icon']}>{toneIcon(tone, 1.125)}</span>
      <p className={classes['words']}>{children}</p>
      {action}
    </div>
  );
}
