import { useState } from 'react';
import { useWords } from '../../i18n/I18nProvider';
import { Button } from '../control/Button';
import { CheckField } from '../form/CheckField';
import { CheckGroup } from '../form/CheckGroup';
import { ChoiceField } from '../form/ChoiceField';
import { DateField } from '../form/DateField';
import { FileField } from '../form/FileField';
import { Form } from '../form/Form';
import { PassphraseField } from '../form/PassphraseField';
import { SearchField } from '../form/SearchField';
import { SelectField } from '../form/SelectField';
import { SignaturePad } from '../form/SignaturePad';
import { StepList } from '../form/StepList';
import { TextField } from '../form/TextField';
import classes from './Gallery.module.css';
import { Section } from './Section';
import { useGalleryWords } from './useGalleryWords';

const roles = ['front_desk', 'therapist', 'office_manager', 'privacy_officer'] as const;

export function FieldsSection() {
  const w = useGalleryWords();
  const t = useWords();
  const [name, setName] = useState('Maria Delgado');
  const [empty, setEmpty] = useState('');
  const [phone, setPhone] = useState('(303) 555-0142');
  const [note, setNote] = useState('');
  const [secret, setSecret] = useState('quiet river at noon');
  const [search, setSearch] = useState('');
  const [found, setFound] = useState('0142');
  const [role, setRole] = useState<(typeof roles)[number] | ''>('');
  const [reminders, setReminders] = useState(true);
  const [topics, setTopics] = useState<readonly ('visits' | 'bills')[]>(['visits']);
  const [billing, setBilling] = useState(false);
  const [signer, setSigner] = useState<'patient' | 'parent' | ''>('patient');
  const [birth, setBirth] = useState('2017-03-04');
  const [file, setFile] = useState<File | null>(null);
  const [none, setNone] = useState('');
  const [pen, setPen] = useState('M60 150L120 60L150 140L220 80L260 130L340 90');
  return (
    <Section title={w.fields} layout="columns">
      <Form
        onSubmit={() => {}}
        label={w.dialogTitle}
        actions={
          <Button submit kind="main">
            {t('ui.save')}
          </Button>
        }
      >
        <TextField label={w.fieldName} hint={w.fieldNameHint} value={name} onChange={setName} />
        <TextField label={w.fieldName} error={w.fieldNameError} value={empty} onChange={setEmpty} />
        <TextField label={w.fieldPhone} keys="tel" value={phone} onChange={setPhone} />
        <TextField label={w.fieldNote} optional long value={note} onChange={setNote} />
        <FileField
          optional
          label={w.fieldFile}
          hint={w.fieldFileHint}
          accept="application/pdf"
          value={file}
          onChange={setFile}
        />
        <FileField
          label={w.fieldFile}
          error={w.fieldFileError}
          accept="application/pdf"
          value={null}
          onChange={setFile}
        />
        <SelectField
          label={w.fieldRole}
          value={role}
          placeholder={w.fieldChoose}
          options={roles.map((value) => ({ value, label: t(`roles.${value}`) }))}
          onChange={setRole}
        />
      </Form>
      <div className={classes['column']}>
        <SearchField label={w.searchPatients} value={search} onChange={setSearch} shortcut="/" />
        <SearchField label={w.list} value={found} onChange={setFound} />
        <PassphraseField
          label={w.fieldPassphrase}
          hint={w.fieldPassphraseHint}
          value={secret}
          onChange={setSecret}
        />
        <PassphraseField
          label={w.fieldPassphrase}
          error={w.fieldPassphraseError}
          value={empty}
          onChange={setEmpty}
        />
        <DateField label={w.fieldBirth} value={birth} onChange={setBirth} />
        <DateField
          label={w.fieldSigned}
          error={t('ui.dayIncomplete')}
          value={none}
          onChange={setNone}
        />
      </div>
      <div className={classes['column']}>
        <ChoiceField
          label={w.choiceSigner}
          value={signer}
          choices={[
            { value: 'patient', label: w.choicePatient, hint: w.choicePatientHint },
            { value: 'parent', label: w.choiceParent, hint: w.choiceParentHint },
          ]}
          onChange={setSigner}
        />
        <CheckGroup
          label={w.mayText}
          value={topics}
          checks={[
            { value: 'visits', label: w.checkReminders, hint: w.checkRemindersHint },
            { value: 'bills', label: w.checkBilling },
          ]}
          onChange={setTopics}
        />
        <CheckField
          label={w.checkReminders}
          hint={w.checkRemindersHint}
          checked={reminders}
          onChange={setReminders}
        />
        <CheckField label={w.checkBilling} checked={billing} onChange={setBilling} />
      </div>
      <SignaturePad label={w.signature} hint={w.signatureHint} value={pen} onChange={setPen} />
      <StepList
        label={w.stepsLabel}
        current="sheet"
        steps={[
          { key: 'clinic', title: w.stepClinic },
          { key: 'you', title: w.stepYou },
          { key: 'sheet', title: w.stepSheet },
          { key: 'phone', title: w.stepPhone },
        ]}
      />
    </Section>
  );
}
