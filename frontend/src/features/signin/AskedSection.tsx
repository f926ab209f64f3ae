import { useQueryClient } from '@tanstack/react-query';
import { useMay } from '../../door/context';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { settingsKeys } from '../../door/keys';
import { useAction } from '../../door/useAction';
import { useSigningIn } from '../../door/useSession';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { CheckField, ErrorState, Skeleton, useToast } from '../../ui';
import classes from './WaysInSection.module.css';

/** What the clinic asks of whoever signs in; for reading where the role may not change it. */
export function AskedSection() {
  const t = useWords();
  const formats = useFormats();
  const toast = useToast();
  const queries = useQueryClient();
  const mayEdit = useMay('settings.edit');
  const asked = useSigningIn();
  const save = useAction('clinic.saveSigningIn');
  if (failed(asked)) {
    return <ErrorState error={asDoorError(asked.error)} onRetry={() => void asked.refetch()} />;
  }
  if (!asked.data) return <Skeleton shape="details" />;
  const { phone, byRule, without } = asked.data;
  const change = async (next: boolean) => {
    const saved = await save.run({ phone: next });
    if (!saved) return;
    queries.setQueryData(settingsKeys.signingIn, saved);
    toast({ tone: 'ok', title: t('settings.saved') });
  };
  if (!mayEdit) {
    return <p>{phone ? t('waysIn.asked.everybody') : t('waysIn.asked.nobody')}</p>;
  }
  return (
    <>
      {byRule ? (
        <p>{t('waysIn.asked.byRule')}</p>
      ) : (
        <CheckField
          label={t('waysIn.asked.label')}
          hint={t('waysIn.asked.hint')}
          checked={phone}
          onChange={(next) => void change(next)}
        />
      )}
      {without.length > 0 ? (
        <p className={classes['lead']}>
          {t('waysIn.asked.without', { names: formats.list(without) })}
        </p>
      ) : null}
      {save.error ? <ErrorState error={save.error} /> : null}
    </>
  );
}
