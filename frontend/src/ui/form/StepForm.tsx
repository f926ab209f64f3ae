import type { ReactNode } from 'react';
import type { ClinicError } from '../../i18n/errors';
import { useWords } from '../../i18n/I18nProvider';
import { Button } from '../control/Button';
import { ErrorState } from '../remark/ErrorState';
import { Form } from './Form';

interface Props {
  /** The way on, as a verb. */
  readonly action: string;
  /** The form is busy until what this returns has settled. */
  readonly onSubmit: () => unknown;
  /** The way back; missing at a step that has none. */
  readonly onBack?: (() => void) | undefined;
  /** The way back, where it is another than to the step before. */
  readonly back?: string;
  /** What went wrong, unless a field says it. The way on below it is the way to try again. */
  readonly error: ClinicError | null;
  readonly busy?: boolean;
  /** What is to be done first. The step then stays, by Enter too. */
  readonly blocked?: string | undefined;
  readonly children: ReactNode;
}

/** One step of a screen that stands alone, before anybody is signed in: larger, with a quiet way back. */
export function StepForm({
  action,
  onSubmit,
  onBack,
  back,
  error,
  busy = false,
  blocked,
  children,
}: Props) {
  const t = useWords();
  return (
    <Form
      onSubmit={() => (blocked === undefined ? onSubmit() : undefined)}
      actions={
        <>
          <Button submit kind="main" size="md" busy={busy} blocked={blocked}>
            {action}
          </Button>
          {onBack ? (
            <Button kind="quiet" size="md" onClick={onBack}>
              {back ?? t('ui.back')}
            </Button>
          ) : null}
        </>
      }
    >
      {children}
      {error ? <ErrorState error={error} /> : null}
    </Form>
  );
}
