import type { DoorError } from '../door/error';
import { useWords } from '../i18n/I18nProvider';
import { Button, ErrorState, LockScreen } from '../ui';

interface Props {
  readonly error: DoorError;
  readonly onRetry: () => void;
}

/** The program behind the screen does not answer. */
export function NoAnswerScreen({ error, onRetry }: Props) {
  const t = useWords();
  return (
    <LockScreen title={t('shell.failedTitle')} lead={t('shell.failedLead')}>
      <ErrorState
        error={{ code: error.code, params: error.params, retry: false }}
        action={<Button onClick={onRetry}>{t('ui.retry')}</Button>}
      />
    </LockScreen>
  );
}
