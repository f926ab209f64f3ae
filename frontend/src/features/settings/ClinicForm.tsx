import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { settingsKeys } from '../../door/keys';
import type { ClinicSettings } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useLanguage, useWords } from '../../i18n/I18nProvider';
import { languageNames, languages } from '../../i18n/i18n';
import { useTerms } from '../../terms/terms';
import { ZoneField } from '../../terms/ZoneField';
import { zoneLabel } from '../../terms/zones';
import {
  Button,
  ChoiceField,
  ErrorState,
  FactList,
  Form,
  SelectField,
  TextField,
  useEdited,
  useToast,
} from '../../ui';
import classes from './SettingsPane.module.css';

interface Props {
  readonly settings: ClinicSettings;
  readonly mayEdit: boolean;
}

/** What clinics promise: hours at work, so 24 are three days of eight. */
const answers = [1, 2, 4, 8, 16, 24, 40, 48];

/** Name, phone, hours and limits of the clinic; for reading where the role may not change them. */
export function ClinicForm({ settings, mayEdit }: Props) {
  return mayEdit ? <Editor settings={settings} /> : <Facts settings={settings} />;
}

function Facts({ settings }: { readonly settings: ClinicSettings }) {
  const t = useWords();
  const terms = useTerms();
  const { language } = useLanguage();
  const hours = (from: number, to: number) =>
    t('paper.hours', { from: terms.hour(from), to: terms.hour(to) });
  return (
    <FactList
      facts={[
        { term: t('settings.form.name'), value: settings.clinicName },
        ...(settings.textName
          ? [{ term: t('settings.form.textName'), value: settings.textName }]
          : []),
        { term: t('settings.form.phone'), value: settings.officePhone },
        { term: t('settings.form.zone'), value: zoneLabel(settings.zone, language) },
        { term: t('settings.form.hours'), value: hours(settings.textFrom, settings.textTo) },
        { term: t('settings.form.sunday'), value: hours(settings.sundayFrom, settings.sundayTo) },
        {
          term: t('settings.form.limits'),
          value: t('settings.form.limitsValue', { day: settings.dayCap, week: settings.weekCap }),
        },
        {
          term: t('settings.form.answers'),
          value: t('settings.form.answersValue', { count: settings.answerHours }),
        },
      ]}
    />
  );
}

function Editor({ settings }: { readonly settings: ClinicSettings }) {
  const t = useWords();
  const terms = useTerms();
  const toast = useToast();
  const queries = useQueryClient();
  const { draft, changed, ...edited } = useEdited(settings);
  const save = useAction('clinic.saveSettings');
  const set = (change: Partial<ClinicSettings>) => {
    edited.set(change);
    save.clear();
  };
  const submit = async () => {
    if (!changed) return;
    const saved = await save.run(draft);
    if (!saved) return;
    queries.setQueryData(settingsKeys.clinic, saved);
    edited.saved(draft);
    toast({ tone: 'ok', title: t('settings.saved') });
  };
  const hours = useMemo(
    () =>
      Array.from({ length: 25 }, (_, hour) => ({ value: String(hour), label: terms.hour(hour) })),
    [terms],
  );
  const counts = Array.from({ length: 20 }, (_, at) => ({
    value: String(at + 1),
    label: String(at + 1),
  }));

  return (
    <Form
      onSubmit={() => submit()}
      actions={
        <Button
          submit
          kind="main"
          busy={save.running}
          blocked={changed ? undefined : t('settings.nothingChanged')}
        >
          {t('ui.save')}
        </Button>
      }
    >
      <TextField
        label={t('settings.form.name')}
        value={draft.clinicName}
        maxLength={120}
        onChange={(clinicName) => set({ clinicName })}
      />
      <TextField
        optional
        label={t('settings.form.textName')}
        hint={t('settings.form.textNameHint')}
        value={draft.textName}
        maxLength={30}
        onChange={(textName) => set({ textName })}
      />
      <TextField
        label={t('settings.form.phone')}
        keys="tel"
        value={draft.officePhone}
        onChange={(officePhone) => set({ officePhone })}
      />
      <ZoneField
        label={t('settings.form.zone')}
        value={draft.zone}
        onChange={(zone) => set({ zone })}
      />
      <ChoiceField
        inline
        label={t('settings.form.language')}
        hint={t('settings.form.languageHint')}
        value={draft.language}
        onChange={(language) => set({ language })}
        choices={languages.map((value) => ({ value, label: languageNames[value] }))}
      />
      <fieldset className={classes['group']}>
        <legend className={classes['legend']}>{t('settings.form.hours')}</legend>
        <p className={classes['hint']}>{t('settings.form.hoursHint')}</p>
        <div className={classes['hours']}>
          <SelectField
            label={t('settings.form.weekFrom')}
            value={String(draft.textFrom)}
            options={hours.slice(0, 24)}
            onChange={(hour) => set({ textFrom: Number(hour) })}
          />
          <SelectField
            label={t('settings.form.weekTo')}
            value={String(draft.textTo)}
            options={hours.slice(1)}
            onChange={(hour) => set({ textTo: Number(hour) })}
          />
          <SelectField
            label={t('settings.form.sundayFrom')}
            value={String(draft.sundayFrom)}
            options={hours.slice(0, 24)}
            onChange={(hour) => set({ sundayFrom: Number(hour) })}
          />
          <SelectField
            label={t('settings.form.sundayTo')}
            value={String(draft.sundayTo)}
            options={hours.slice(1)}
            onChange={(hour) => set({ sundayTo: Number(hour) })}
          />
        </div>
      </fieldset>
      <SelectField
        label={t('settings.form.answers')}
        hint={t('settings.form.answersHint')}
        value={String(draft.answerHours)}
        options={[...new Set([...answers, settings.answerHours])]
          .sort((a, b) => a - b)
          .map((count) => ({
            value: String(count),
            label: t('settings.form.answersValue', { count }),
          }))}
        onChange={(count) => set({ answerHours: Number(count) })}
      />
      <fieldset className={classes['group']}>
        <legend className={classes['legend']}>{t('settings.form.limits')}</legend>
        <p className={classes['hint']}>{t('settings.form.limitsHint')}</p>
        <div className={classes['hours']}>
          <SelectField
            label={t('settings.form.dayCap')}
            value={String(draft.dayCap)}
            options={counts}
            onChange={(count) => set({ dayCap: Number(count) })}
          />
          <SelectField
            label={t('settings.form.weekCap')}
            value={String(draft.weekCap)}
            options={counts}
            onChange={(count) => set({ weekCap: Number(count) })}
          />
        </div>
      </fieldset>
      {save.error ? <ErrorState error={save.error} onRetry={() => void submit()} /> : null}
    </Form>
  );
}
