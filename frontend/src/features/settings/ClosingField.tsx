import { useQueryClient } from '@tanstack/react-query';
import { asDoorError } from '../../door/error';
import { settingsKeys } from '../../door/keys';
import { useAction } from '../../door/useAction';
import { useDeviceSettings } from '../../door/useLine';
import { useWords } from '../../i18n/I18nProvider';
import { ChoiceField, ErrorState, useToast } from '../../ui';

const choices = ['quits', 'locks'] as const;

/** What closing the window does on this computer; kept at once. */
export function ClosingField() {
  const t = useWords();
  const toast = useToast();
  const queries = useQueryClient();
  const device = useDeviceSettings();
  const save = useAction('device.saveSettings');
  const choose = async (closing: (typeof choices)[number]) => {
    const saved = await save.run({ closing });
    if (!saved) return;
    queries.setQueryData(settingsKeys.device, saved);
    toast({ tone: 'ok', title: t('settings.saved') });
  };
  if (device.error) {
    return <ErrorState error={asDoorError(device.error)} onRetry={() => void device.refetch()} />;
  }
  return (
    <>
      <ChoiceField
        inline
        label={t('settings.closing.label')}
        value={device.data?.closing ?? ''}
        onChange={(closing) => void choose(closing)}
        choices={choices.map((value) => ({
          value,
          label: t(`settings.closing.${value}`),
          hint: t(`settings.closing.${value}Hint`),
        }))}
      />
      {save.error ? <ErrorState error={save.error} /> : null}
    </>
  );
}
