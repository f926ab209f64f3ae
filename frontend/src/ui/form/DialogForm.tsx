import type { ReactNode } from 'react';
import type { ClinicError } from '../../i18n/errors';
import { useWords } from '../../i18n/I18nProvider';
import { Button } from '../control/Button';
import { ErrorState } from '../remark/ErrorState';
import { Form } from './Form';

interface Props {
  /** The deed, as a verb: "Save", never "OK". */
  readonly action: string;
  /** The form is busy until what this returns has settled. */
  readonly onSubmit: () => unknown;
  readonly onCancel: () => void;
  /** The way back, where it is another than to cancel. */
  readonly cancel?: string;
  /** What went wrong, unless a field says it. The deed below it is the way to try again. */
  readonly error: ClinicError | null;
  readonly busy?: boolean;
  /** What is to be done first. The deed then waits, by Enter too. */
  readonly blocked?: string | undefined;
  /** It cannot be taken back. */
  readonly danger?: boolean;
  /** Which button has the focus as the dialog opens, where no field is to have it. */
  readonly focusFirst?: 'action' | 'cancel';
  /** Names a form that stands on a page and not in a dialog. */
  readonly label?: string;
  readonly children: ReactNode;
}

/** What a dialog asks: its fields, what went wrong, the deed and the way back. */
export function DialogForm({
  action,
  onSubmit,
  onCancel,
  cancel,
  error,
  busy = false,
  blocked,
  danger = false,
  focusFirst,
  label,
  children,
}: Props) {
  const t = useWords();
  return (
    <Form
      {...(label ? { label } : {})}
      onSubmit={() => (blocked === undefined ? onSubmit() : undefined)}
      actions={
        <>
          <Button
            submit
            kind={danger ? 'danger' : 'main'}
            focusFirst={focusFirst === 'action'}
            busy={busy}
            blocked={blocked}
          >
            {action}
          </Button>
          <Button focusFirst={focusFirst === 'cancel'} onClick={onCancel}>
            {cancel ?? t('ui.cancel')}
          </Button>
        </>
      }
    >
      {children}
      {error ? <ErrorState error={error} /> : null}
    </Form>
  );
}
