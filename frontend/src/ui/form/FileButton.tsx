import { type ReactNode, useRef } from 'react';
import { Button } from '../control/Button';
import classes from './FileField.module.css';

interface Props {
  readonly children: string;
  /** Names the field behind the button, where its own words do not. */
  readonly label?: string;
  /** What may be chosen, as an `accept` of HTML. What comes is judged by its content elsewhere. */
  readonly accept: string;
  readonly onFile: (file: File) => void;
  readonly busy?: boolean;
  readonly icon?: ReactNode;
}

/** A button that opens the system's dialog for one file. */
export function FileButton({ children, label, accept, onFile, busy = false, icon }: Props) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button onClick={() => input.current?.click()} busy={busy} icon={icon}>
        {children}
      </Button>
      <input
        ref={input}
        className={classes['input']}
        type="file"
        accept={accept}
        aria-label={label}
        // Without a name of its own the button says it all.
        aria-hidden={label === undefined || undefined}
        tabIndex={-1}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) onFile(file);
          // The same file can be chosen again.
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}
