import { useQueryClient } from '@tanstack/react-query';
import { applyChange } from '../../door/changes';
import { useMay } from '../../door/context';
import type { Doubt, DoubtList } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { Button, ErrorState, useToast } from '../../ui';
import { useThreadRefresh } from './useThreadRefresh';

interface Props {
  readonly doubt: Doubt;
  readonly onSettled?: (left: DoubtList) => void;
}

/** What somebody can make of a question whether a patient still wants texts. */
export function DoubtAnswers({ doubt, onSettled }: Props) {
  const t = useWords();
  const toast = useToast();
  const queries = useQueryClient();
  const mayDecide = useMay('consent.record');
  const settle = useAction('consent.settleDoubt');
  const refresh = useThreadRefresh();
  if (!mayDecide) return null;
  const decide = async (decision: 'stop' | 'reminders' | 'go_on' | 'stranger') => {
    const left = await settle.run({ message: doubt.message, decision });
    if (!left) return;
    toast({ tone: 'ok', title: t(`inbox.doubt.done.${decision}`) });
    onSettled?.(left);
    await applyChange(queries, { topic: 'consent', ids: [], pos: 0 });
    await applyChange(queries, { topic: 'line', ids: [], pos: 0 });
    await refresh();
  };
  return (
    <>
      {doubt.why === 'reopened' ? null : (
        <Button busy={settle.running} onClick={() => decide('stop')}>
          {t('inbox.doubt.stop')}
        </Button>
      )}
      {doubt.reminders ? (
        <Button busy={settle.running} onClick={() => decide('reminders')}>
          {t('inbox.doubt.reminders')}
        </Button>
      ) : null}
      {doubt.held ? (
        <Button busy={settle.running} onClick={() => decide('stranger')}>
          {t('inbox.doubt.stranger')}
        </Button>
      ) : null}
      <Button kind="quiet" busy={settle.running} onClick={() => decide('go_on')}>
        {t(`inbox.doubt.goOn.${doubt.why}`)}
      </Button>
      {settle.error ? <ErrorState error={settle.error} /> : null}
    </>
  );
}
