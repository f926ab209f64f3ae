import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { inboxKeys, patientKeys, threadKeys } from '../../door/keys';
import type { AddedPatient, LanguageName, PatientName } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useSettings } from '../../door/useLine';
import { useTextingRules } from '../../door/usePatients';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { languageNames, languages } from '../../i18n/i18n';
import { ZoneField } from '../../terms/ZoneField';
import {
  Button,
  ChoiceField,
  DateField,
  Dialog,
  DialogForm,
  Notice,
  TextField,
  useNow,
} from '../../ui';
import { ageOn } from './age';

interface Props {
  readonly open: boolean;
  /** A number that is known already, from the conversation it wrote in. */
  readonly phone?: string | undefined;
  readonly onAdded: (patient: AddedPatient) => void;
  readonly onClose: () => void;
}

/** A new patient, with the question who else has the number. */
export function AddPatientDialog({ open, phone, onAdded, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog open={open} onClose={onClose} title={t('patients.add')}>
      {open ? <AddPatientForm phone={phone ?? ''} onAdded={onAdded} onClose={onClose} /> : null}
    </Dialog>
  );
}

interface FormProps {
  readonly phone: string;
  readonly onAdded: (patient: AddedPatient) => void;
  readonly onClose: () => void;
}

function AddPatientForm({ phone: known, onAdded, onClose }: FormProps) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const queries = useQueryClient();
  const settings = useSettings();
  const rules = useTextingRules();
  const [name, setName] = useState('');
  const [phone, setPhone] = useState(known);
  const [birthDate, setBirthDate] = useState('');
  const [guardian, setGuardian] = useState('');
  const [language, setLanguage] = useState<LanguageName>('en');
  const [zone, setZone] = useState<string | null>(null);
  const [same, setSame] = useState<readonly PatientName[]>([]);
  const add = useAction('patient.add');

  // Where the rule is not known yet, the program asks when the patient is added.
  const minor =
    birthDate !== '' && ageOn(birthDate, formats.dayOf(now)) < (rules.data?.majority ?? 0);
  // Most patients live where the clinic is; it is shown, and can be changed.
  const shownZone = zone ?? settings.data?.zone ?? '';
  const missing = !name.trim() || !phone.trim() || !birthDate || (minor && !guardian.trim());

  const submit = async (shared: boolean) => {
    if (missing) return;
    const added = await add.run({
      name: name.trim(),
      birthDate,
      phone: phone.trim(),
      shared,
      language,
      zone: shownZone,
      guardian: minor ? guardian.trim() : '',
    });
    if (!added) return;
    if (added.sameNumber.length > 0) {
      setSame(added.sameNumber);
      return;
    }
    await Promise.all(
      [patientKeys.all, inboxKeys.all, threadKeys.all].map((queryKey) =>
        queries.invalidateQueries({ queryKey }),
      ),
    );
    onAdded(added);
  };
  const edit =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      set(value);
      setSame([]);
      add.clear();
    };

  return (
    <DialogForm
      action={t('patients.form.save')}
      busy={add.running}
      blocked={
        same.length > 0 ? t('patients.same.first') : missing ? t('patients.form.finish') : undefined
      }
      error={add.error}
      onSubmit={() => submit(false)}
      onCancel={onClose}
    >
      <TextField
        autoFocus
        label={t('patients.form.name')}
        hint={t('patients.form.nameHint')}
        value={name}
        maxLength={120}
        onChange={edit(setName)}
      />
      <TextField
        label={t('patients.form.phone')}
        hint={t('patients.form.phoneHint')}
        keys="tel"
        value={phone}
        onChange={edit(setPhone)}
      />
      <DateField label={t('patients.birthDate')} value={birthDate} onChange={edit(setBirthDate)} />
      {minor ? (
        <TextField
          label={t('patients.guardian')}
          hint={t('patients.form.guardianHint')}
          value={guardian}
          maxLength={120}
          onChange={edit(setGuardian)}
        />
      ) : null}
      <ChoiceField
        inline
        label={t('patients.language')}
        value={language}
        onChange={edit(setLanguage)}
        choices={languages.map((value) => ({ value, label: languageNames[value] }))}
      />
      <ZoneField
        label={t('patients.zone')}
        hint={t('patients.form.zoneHint')}
        value={shownZone}
        onChange={edit(setZone)}
      />
      {same.length > 0 ? (
        <Notice
          live
          tone="warn"
          title={t('patients.same.title', { names: formats.list(same.map((p) => p.name)) })}
          action={
            <>
              <Button kind="main" busy={add.running} onClick={() => submit(true)}>
                {t('patients.same.shared')}
              </Button>
              <Button onClick={() => setSame([])}>{t('patients.same.check')}</Button>
            </>
          }
        >
          <p>{t('patients.same.body')}</p>
        </Notice>
      ) : null}
    </DialogForm>
  );
}
