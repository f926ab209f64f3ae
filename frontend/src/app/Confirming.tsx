import { type ReactNode, useCallback, useRef, useState } from 'react';
import { Confirmation } from '../door/confirmation';
import { ConfirmPassphraseDialog } from '../features/signin/ConfirmPassphraseDialog';

interface Props {
  readonly children: ReactNode;
}

/** Asks for the passphrase on behalf of any screen below whose step wants it. */
export function Confirming({ children }: Props) {
  const [open, setOpen] = useState(false);
  const answer = useRef<((confirmed: boolean) => void) | null>(null);
  const ask = useCallback(() => {
    // A question that is asked twice has one answer: the first turns back.
    answer.current?.(false);
    setOpen(true);
    return new Promise<boolean>((resolve) => {
      answer.current = resolve;
    });
  }, []);
  const close = (confirmed: boolean) => {
    setOpen(false);
    answer.current?.(confirmed);
    answer.current = null;
  };
  return (
    <Confirmation value={ask}>
      {children}
      <ConfirmPassphraseDialog
        open={open}
        onConfirmed={() => close(true)}
        onCancel={() => close(false)}
      />
    </Confirmation>
  );
}
