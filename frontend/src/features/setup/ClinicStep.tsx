import { useState } from 'react';
import { useWords } from '../../i18n/I18nProvider';
import { ZoneField } from '../../terms/ZoneField';
import { StepForm, TextField } from '../../ui';
import type { SetupDraft } from './draft';

interface Props {
  readonly draft: SetupDraft;
  readonly onDraft: (draft: SetupDraft) => void;
  readonly onNext: () => void;
  readonly onBack: () => void;
}

/** The clinic's name, its office phone and where its clock runs. */
export function ClinicStep({ draft, onDraft, onNext, onBack }: Props) {
  const t = useWords();
  const [tried, setTried] = useState(false);
  const missing = {
    name: draft.clinicName.trim() === '' ? t('setup.clinic.nameMissing') : undefined,
    phone: plausiblePhone(draft.officePhone) ? undefined : t('setup.clinic.phoneMissing'),
    zone: draft.zone === '' ? t('setup.clinic.zoneMissing') : undefined,
  };
  const next = () => {
    if (missing.name || missing.phone || missing.zone) setTried(true);
    else onNext();
  };
  return (
    <StepForm action={t('setup.next')} error={null} onSubmit={next} onBack={onBack}>
      <TextField
        autoFocus
        label={t('setup.clinic.name')}
        hint={t('setup.clinic.nameHint')}
        value={draft.clinicName}
        maxLength={120}
        error={tried ? missing.name : undefined}
        onChange={(clinicName) => onDraft({ ...draft, clinicName })}
      />
      <TextField
        label={t('setup.clinic.phone')}
        hint={t('setup.clinic.phoneHint')}
        keys="tel"
        value={draft.officePhone}
        error={tried ? missing.phone : undefined}
        onChange={(officePhone) => onDraft({ ...draft, officePhone })}
      />
      <ZoneField
        label={t('setup.clinic.zone')}
        value={draft.zone}
        error={tried ? missing.zone : undefined}
        onChange={(zone) => onDraft({ ...draft, zone })}
      />
    </StepForm>
  );
}

/** Enough digits to be a phone number; whether it is one is the program's to say. */
function plausiblePhone(text: string): boolean {
  return text.replace(/\D/g, '').length >= 8;
}
