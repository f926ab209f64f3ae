import type { ReactNode } from 'react';
import type { ClinicError } from '../../i18n/errors';
import { useWords } from '../../i18n/I18nProvider';
import { Button } from '../control/Button';
import { ErrorState } from '../remark/ErrorState';
import { Form } from './Form';

interface Props {
  /** The deed, as a verb: "Save", never "OK". */
  readonly action: string;
  readonly onSubmit: () => void;
  readonly onCancel: () => void;
  /** What went wrong, unless a field says it. */
  readonly error: ClinicError | null;
  readonly busy: boolean;
  /** What is to be done first. The deed then waits, by Enter too. */
  readonly blocked?: string | undefined;
  /** It cannot be taken back. */
  readonly danger?: boolean;
  readonly children: ReactNode;
}

/** What a dialog asks: its fields, what went wrong, the deed and the way back. */
export function DialogForm({
  action,
  onSubmit,
  onCancel,
  error,
  busy,
  blocked,
  danger = false,
  children,
}: Props) {
  const t = useWords();
  return (
    <Form
      onSubmit={() => {
        if (blocked === undefined) onSubmit();
      }}
      actions={
        <>
          <Button submit kind={danger ? 'danger' : 'main'} busy={busy} blocked={blocked}>
            {action}
          </Button>
          <Button onClick={onCancel}>{t('ui.cancel')}</Button>
        </>
      }
    >
      {children}
      {error ? <ErrorState error={error} /> : null}
    </Form>
  );
}
