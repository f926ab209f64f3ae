import { useState } from 'react';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import {
  Button,
  Card,
  DateField,
  DialogForm,
  Notice,
  SelectField,
  TextField,
  useFocusKept,
} from '../../ui';

interface Props {
  readonly onPatient: (patient: string) => void;
}

const lengths = ['15', '60', '240'] as const;

/** Opens a patient whom one does not see, for a reason and a time. */
export function EmergencySection({ onPatient }: Props) {
  const t = useWords();
  const open = useAction('emergency.open');
  const [shown, setShown] = useState(false);
  const box = useFocusKept<HTMLDivElement>(shown);
  const [name, setName] = useState('');
  const [birthDate, setBirthDate] = useState('');
  const [phone, setPhone] = useState('');
  const [reason, setReason] = useState('');
  const [minutes, setMinutes] = useState<(typeof lengths)[number]>('60');
  const named = phone.trim() !== '' || (name.trim() !== '' && birthDate !== '');
  const ready = named && reason.trim().length >= 10;
  const submit = async () => {
    if (!ready) return;
    const opened = await open.run({
      patient: '',
      name,
      birthDate,
      phone: phone.trim(),
      reason,
      minutes: Number(minutes),
    });
    if (opened) onPatient(opened.patient);
  };
  return (
    <Card title={t('people.emergency.title')} lead={t('people.emergency.lead')}>
      <div ref={box}>
        {shown ? (
          <DialogForm
            action={t('people.emergency.open')}
            danger
            busy={open.running}
            blocked={ready ? undefined : t('people.emergency.first')}
            error={open.error}
            onSubmit={() => submit()}
            onCancel={() => setShown(false)}
          >
            <Notice tone="info" title={t('people.emergency.told')} compact />
            <TextField
              label={t('people.emergency.phone')}
              hint={t('people.emergency.phoneHint')}
              value={phone}
              onChange={setPhone}
              keys="tel"
              optional
            />
            <TextField
              label={t('people.emergency.name')}
              value={name}
              onChange={setName}
              optional
            />
            <DateField
              label={t('people.emergency.birthDate')}
              value={birthDate}
              onChange={setBirthDate}
              optional
            />
            <TextField
              label={t('people.emergency.reason')}
              hint={t('people.emergency.reasonHint')}
              value={reason}
              onChange={setReason}
              long
            />
            <SelectField
              label={t('people.emergency.minutes')}
              value={minutes}
              options={lengths.map((value) => ({
                value,
                label: t('people.emergency.length', { count: Number(value) }),
              }))}
              onChange={setMinutes}
            />
          </DialogForm>
        ) : (
          <Button onClick={() => setShown(true)}>{t('people.emergency.show')}</Button>
        )}
      </div>
    </Card>
  );
}
