import { useQueryClient } from '@tanstack/react-query';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { settingsKeys } from '../../door/keys';
import type { DeviceSettings } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useInTurn } from '../../door/useInTurn';
import { useDeviceSettings } from '../../door/useLine';
import { useWords } from '../../i18n/I18nProvider';
import { CheckField, ChoiceField, ErrorState, useToast } from '../../ui';

const choices = ['quits', 'locks'] as const;

/** How the window behaves on this computer; kept at once. */
export function WindowFields() {
  const t = useWords();
  const toast = useToast();
  const queries = useQueryClient();
  const device = useDeviceSettings();
  const save = useAction('device.saveSettings');
  const inTurn = useInTurn();
  const change = (next: Partial<DeviceSettings>) =>
    inTurn(async () => {
      const there = queries.getQueryData<DeviceSettings>(settingsKeys.device);
      if (!there) return;
      const saved = await save.run({ ...there, ...next });
      if (!saved) return;
      queries.setQueryData(settingsKeys.device, saved);
      toast({ tone: 'ok', title: t('settings.saved') });
    });
  if (failed(device)) {
    return <ErrorState error={asDoorError(device.error)} onRetry={() => void device.refetch()} />;
  }
  return (
    <>
      <ChoiceField
        inline
        label={t('settings.closing.label')}
        value={device.data?.closing ?? ''}
        onChange={(closing) => change({ closing })}
        choices={choices.map((value) => ({
          value,
          label: t(`settings.closing.${value}`),
          hint: t(`settings.closing.${value}Hint`),
        }))}
      />
      <CheckField
        label={t('lock.cover.label')}
        hint={t('lock.cover.hint')}
        checked={device.data?.coverAway ?? false}
        onChange={(coverAway) => change({ coverAway })}
      />
      <CheckField
        label={t('settings.plainKeys.label')}
        hint={t('settings.plainKeys.hint')}
        checked={device.data?.plainKeys ?? true}
        onChange={(plainKeys) => change({ plainKeys })}
      />
      {save.error ? <ErrorState error={save.error} /> : null}
    </>
  );
}
