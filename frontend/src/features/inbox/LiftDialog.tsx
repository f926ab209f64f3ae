import { type ReactNode, useState } from 'react';
import type { Reason } from '../../door/shapes';
import type { ClinicError } from '../../i18n/errors';
import { useWords } from '../../i18n/I18nProvider';
import { ReasonList } from '../../terms/ReasonList';
import { Dialog, DialogForm, TextField } from '../../ui';

interface Props {
  readonly open: boolean;
  /** What stands in the way and is set aside. */
  readonly reasons: readonly Reason[];
  /** What is to be looked at once more. */
  readonly look: ReactNode;
  readonly busy: boolean;
  readonly error: ClinicError | null;
  /** Settles once the text is on record and shown, or was refused. */
  readonly onSend: (reason: string) => Promise<void>;
  readonly onClose: () => void;
}

/** Lets one text go beyond the clinic's own hours and limits, for a reason that is kept. */
export function LiftDialog({ open, ...props }: Props) {
  const t = useWords();
  return (
    <Dialog open={open} onClose={props.onClose} title={t('inbox.lift.title')} width="sm">
      {open ? <Why {...props} /> : null}
    </Dialog>
  );
}

function Why({ reasons, look, busy, error, onSend, onClose }: Omit<Props, 'open'>) {
  const t = useWords();
  const [reason, setReason] = useState('');
  const missing = reason.trim().length < 3;
  return (
    <DialogForm
      action={t('inbox.lift.send')}
      busy={busy}
      blocked={missing ? t('inbox.lift.first') : undefined}
      error={error}
      onSubmit={() => onSend(reason.trim())}
      onCancel={() => {
        // What is under way is not called off by looking away.
        if (!busy) onClose();
      }}
    >
      {look}
      <ReasonList reasons={reasons} />
      <TextField
        label={t('inbox.lift.reason')}
        hint={t('inbox.lift.reasonHint')}
        value={reason}
        maxLength={200}
        onChange={setReason}
      />
    </DialogForm>
  );
}
