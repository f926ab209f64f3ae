import classes from './KeyHint.module.css';
import { modifier } from './platform';

interface Props {
  /** The keys as printed on them; `Mod` becomes Ctrl or the Mac's command key. */
  readonly keys: readonly string[];
}

/** Shows the keys that do the same as the control beside it. Screen readers hear them from aria-keyshortcuts. */
export function KeyHint({ keys }: Props) {
  return (
    <span className={classes['hint']} aria-hidden="true">
      {keys.map((key) => (
        <kbd key={key} className={classes['key']}>
          {key === 'Mod' ? modifier(navigator.userAgent).printed : key}
        </kbd>
      ))}
    </span>
  );
}
