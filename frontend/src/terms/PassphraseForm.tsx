import { type ReactNode, useState } from 'react';
import type { ClinicError } from '../i18n/errors';
import { DialogForm, PassphraseField } from '../ui';
import { NewPassphraseFields, useNewPassphrase } from './NewPassphraseFields';

/** What the form asks for: a passphrase that there is, or a new one, typed twice. */
type Asked =
  | 'new'
  | {
      readonly label: string;
      readonly hint?: string;
      /** What the field says where the passphrase is not the right one. */
      readonly wrong?: string;
    };

interface Props {
  readonly asked: Asked;
  /** The deed, as a verb. */
  readonly action: string;
  /** What is to be done first, said while the form is not whole. */
  readonly first: string;
  /** Whatever else the form asks is answered. */
  readonly answered?: boolean;
  /** The call that takes the passphrase. */
  readonly call: {
    readonly running: boolean;
    readonly error: ClinicError | null;
    readonly clear: () => void;
  };
  /** Takes the passphrase; false where it was refused, and `call` says why. */
  readonly onAnswer: (passphrase: string) => Promise<boolean>;
  readonly onDone: () => void;
  readonly onCancel: () => void;
  /** What it is about, and what else it asks. */
  readonly children: ReactNode;
}

/** Asks for a passphrase: the one form of all dialogs that do. */
export function PassphraseForm({
  asked,
  action,
  first,
  answered = true,
  call,
  onAnswer,
  onDone,
  onCancel,
  children,
}: Props) {
  const [typed, setTyped] = useState('');
  const next = useNewPassphrase(call.clear);
  const fresh = asked === 'new';
  const passphrase = fresh ? next.value : typed;
  const whole = answered && (fresh ? next.fits : typed !== '');
  const wrongWords = fresh ? undefined : asked.wrong;
  const wrong = call.error?.code === 'vault.wrong_passphrase' ? wrongWords : undefined;
  const submit = async () => {
    const taken = await onAnswer(passphrase);
    // One that does not open is typed anew; one that is not good enough is mended.
    if (taken || wrongWords !== undefined) setTyped('');
    if (taken) onDone();
  };
  return (
    <DialogForm
      action={action}
      onSubmit={() => submit()}
      onCancel={onCancel}
      error={wrong ? null : call.error}
      busy={call.running}
      blocked={whole ? undefined : first}
    >
      {children}
      {fresh ? (
        <NewPassphraseFields {...next.fields} />
      ) : (
        <PassphraseField
          autoFocus
          label={asked.label}
          hint={asked.hint}
          value={typed}
          onChange={(value) => {
            setTyped(value);
            call.clear();
          }}
          error={wrong}
        />
      )}
    </DialogForm>
  );
}
