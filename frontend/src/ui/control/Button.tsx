import { Button as MantineButton } from '@mantine/core';
import { type ReactNode, useContext, useId, useRef, useState } from 'react';
import { FormSending } from '../form/standing';
import { useNamedBy } from './About';
import classes from './Button.module.css';

/** `main` is the one thing to do here; `danger` cannot be taken back. */
export type ButtonKind = 'main' | 'plain' | 'quiet' | 'danger';

interface Props {
  readonly children: ReactNode;
  /** The button is busy until what this returns has settled. */
  readonly onClick?: (() => unknown) | undefined;
  readonly kind?: ButtonKind;
  readonly size?: 'sm' | 'md';
  readonly icon?: ReactNode;
  /** Sends the form that it stands in. */
  readonly submit?: boolean;
  /**
   * Why it cannot be used now. The button keeps its place in the order of the
   * Tab key and tells the reason; it never just goes grey.
   */
  readonly blocked?: string | undefined;
  /** Shows that the work is under way; a second press does nothing. */
  readonly busy?: boolean;
  readonly wide?: boolean;
  /** A dialog that opens puts the focus here. */
  readonly focusFirst?: boolean;
}

const variants = {
  main: 'filled',
  plain: 'default',
  quiet: 'subtle',
  danger: 'filled',
} as const;

/** A button with words. For a button with only a picture see IconButton. */
export function Button({
  children,
  onClick,
  kind = 'plain',
  size = 'sm',
  icon,
  submit = false,
  blocked,
  busy = false,
  wide = false,
  focusFirst = false,
}: Props) {
  const own = useId();
  const named = useNamedBy(own);
  const reason = useId();
  const sending = useContext(FormSending) && submit;
  const [working, setWorking] = useState(false);
  const pressed = useRef(false);
  const under = busy || sending || working;
  const idle = blocked !== undefined || under;
  const press = async () => {
    if (pressed.current) return;
    const answer = onClick?.();
    if (!(answer instanceof Promise)) return;
    pressed.current = true;
    setWorking(true);
    try {
      await answer;
    } finally {
      pressed.current = false;
      setWorking(false);
    }
  };
  return (
    <>
      <MantineButton
        id={named && own}
        type={submit ? 'submit' : 'button'}
        variant={variants[kind]}
        size={size}
        classNames={{ root: classes['root'] ?? '', label: classes['label'] ?? '' }}
        leftSection={icon}
        fullWidth={wide}
        loading={under}
        data-kind={kind}
        data-autofocus={focusFirst || undefined}
        aria-disabled={idle || undefined}
        aria-busy={under || undefined}
        aria-labelledby={named}
        aria-describedby={blocked === undefined ? undefined : reason}
        title={blocked}
        onClick={(event) => {
          if (idle) event.preventDefault();
          else void press();
        }}
      >
        {children}
      </MantineButton>
      {blocked === undefined ? null : (
        <span id={reason} className="ql-spoken">
          {blocked}
        </span>
      )}
    </>
  );
}
