import classes from './Avatar.module.css';
import { hue, initials } from './initials';

interface Props {
  /** Whose; nothing for a number that nobody has named. */
  readonly name: string | null;
  readonly size?: 'sm' | 'md' | 'lg';
}

/**
 * The initials of a person on one of eight grounds, always the same for the
 * same name. Decoration: the name itself stands beside it.
 */
export function Avatar({ name, size = 'md' }: Props) {
  const letters = name === null ? '' : initials(name);
  return (
    <span
      className={classes['avatar']}
      data-size={size}
      data-hue={name === null ? 'none' : hue(name)}
      aria-hidden="true"
    >
      {letters || '#'}
    </span>
  );
}
