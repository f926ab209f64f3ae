import { useQueryClient } from '@tanstack/react-query';
import { useMay } from '../../door/context';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { settingsKeys } from '../../door/keys';
import { useAction } from '../../door/useAction';
import { useReceiving } from '../../door/useSession';
import { useWords } from '../../i18n/I18nProvider';
import { CheckField, ErrorState, FactList, Skeleton, useToast } from '../../ui';
import classes from './lock.module.css';

/** Whether texts are received while a desk is locked; kept at once. */
export function ReceivingField() {
  const t = useWords();
  const toast = useToast();
  const queries = useQueryClient();
  const mayEdit = useMay('settings.edit');
  const receiving = useReceiving();
  const save = useAction('clinic.saveReceiving');
  if (failed(receiving)) {
    return (
      <ErrorState error={asDoorError(receiving.error)} onRetry={() => void receiving.refetch()} />
    );
  }
  if (!receiving.data) return <Skeleton shape="details" />;
  const { whileLocked } = receiving.data;
  const change = async (next: boolean) => {
    const saved = await save.run({ whileLocked: next });
    if (!saved) return;
    queries.setQueryData(settingsKeys.receiving, saved);
    toast({ tone: 'ok', title: t('settings.saved') });
  };
  return (
    <div className={classes['receiving']}>
      {mayEdit ? (
        <CheckField
          label={t('lock.receiving.label')}
          hint={t('lock.receiving.hint')}
          checked={whileLocked}
          onChange={(next) => void change(next)}
        />
      ) : (
        <FactList
          facts={[
            {
              term: t('lock.receiving.label'),
              value: t(whileLocked ? 'lock.receiving.on' : 'lock.receiving.off'),
            },
          ]}
        />
      )}
      <p className={classes['words']}>{t('lock.receiving.cost')}</p>
      <p className={classes['words']}>{t('lock.receiving.rule')}</p>
      {save.error ? <ErrorState error={save.error} /> : null}
    </div>
  );
}
