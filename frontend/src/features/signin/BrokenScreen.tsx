import { DoorError } from '../../door/error';
import type { Problem } from '../../door/shapes';
import { useWords } from '../../i18n/I18nProvider';
import { Button, ErrorState, LockScreen } from '../../ui';
import { LookFoot } from './LookFoot';

interface Props {
  readonly problem: Problem;
  readonly onRetry: () => void;
}

/**
 * A clinic that cannot be opened: what is the matter and the next step. It never
 * offers to delete, replace or start over; what lies in the folder may be all
 * that there is.
 */
export function BrokenScreen({ problem, onRetry }: Props) {
  const t = useWords();
  return (
    <LockScreen title={t('signin.brokenTitle')} lead={t('signin.brokenLead')} foot={<LookFoot />}>
      <ErrorState
        error={new DoorError(problem.code, problem.params)}
        action={<Button onClick={onRetry}>{t('ui.retry')}</Button>}
      />
    </LockScreen>
  );
}
