import { IconFiles } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useMay } from '../../door/context';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import type { FormRow } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useFinder, useForms, usePatient } from '../../door/usePatients';
import { useWords } from '../../i18n/I18nProvider';
import {
  Button,
  Card,
  Dialog,
  ErrorState,
  Quiet,
  Row,
  Rows,
  SearchField,
  Skeleton,
} from '../../ui';
import { PaperForm } from './PaperForm';
import type { Paper } from './paper';

/** A clinic begins with a drawer of signed papers: one after another, with the keyboard. */
export function DrawerSection() {
  const t = useWords();
  const mayRecord = useMay('consent.record');
  const [open, setOpen] = useState(false);
  if (!mayRecord) return null;
  return (
    <Card title={t('consents.drawer.title')} lead={t('consents.drawer.lead')}>
      <div>
        <Button
          icon={<IconFiles size="1.125rem" aria-hidden="true" />}
          onClick={() => setOpen(true)}
        >
          {t('consents.drawer.open')}
        </Button>
      </div>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={t('consents.drawer.title')}
        width="lg"
      >
        {open ? <Drawer /> : null}
      </Dialog>
    </Card>
  );
}

function Drawer() {
  const t = useWords();
  const forms = useForms();
  const [patient, setPatient] = useState<string | null>(null);
  // What the code of a printed form has told: its version, for the patient who is next.
  const [form, setForm] = useState('');
  const [last, setLast] = useState<Paper | null>(null);
  const [count, setCount] = useState(0);
  if (failed(forms)) {
    return <ErrorState error={asDoorError(forms.error)} onRetry={() => void forms.refetch()} />;
  }
  if (!forms.data) return <Skeleton shape="details" />;
  return (
    <>
      {count > 0 ? <Quiet live>{t('consents.drawer.count', { count })}</Quiet> : null}
      {patient === null ? (
        <Picker
          form={form}
          onPick={setPatient}
          onForm={(version, of) => {
            setForm(version);
            if (of) setPatient(of);
          }}
        />
      ) : (
        <OfPatient
          patient={patient}
          forms={forms.data.items}
          form={form}
          like={last}
          onRecorded={(paper) => {
            setLast(paper);
            setCount(count + 1);
            setPatient(null);
            setForm('');
          }}
          onOther={() => {
            setPatient(null);
            setForm('');
          }}
        />
      )}
    </>
  );
}

/** What a scanner types, or a person: ten letters and digits, and the check behind them. */
const formCode = /^[0-9a-z]{5}[\s–-]*[0-9a-z]{5}([\s–-]*[0-9a-z]{4})?$/i;

interface PickerProps {
  /** The form whose code was typed and that names nobody, or empty. */
  readonly form: string;
  readonly onPick: (patient: string) => void;
  readonly onForm: (version: string, patient: string | undefined) => void;
}

function Picker({ form, onPick, onForm }: PickerProps) {
  const t = useWords();
  const verify = useAction('paper.verify');
  const [consent, setConsent] = useState(false);
  const [search, setSearch] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const found = useFinder(search, 1);
  const isCode = formCode.test(search.trim());
  const find = async () => {
    const checked = await verify.run({ code: search.trim() });
    if (!checked) return;
    setConsent(!checked.copy);
    if (!checked.copy) return;
    setSearch('');
    onForm(checked.form, checked.copy.patient?.id);
  };
  return (
    <>
      {form ? <Quiet live>{t('consents.drawer.blank', { form })}</Quiet> : null}
      <SearchField
        label={t('consents.drawer.search')}
        value={search}
        onChange={(typed) => {
          setSearch(typed);
          setConsent(false);
          verify.clear();
        }}
        onKeyDown={(event) => {
          // A name may look like a code; one without a digit is a code if it is nobody's.
          if (event.key === 'Enter' && isCode && (/\d/.test(search) || found.nobody)) {
            event.preventDefault();
            void find();
            return;
          }
          if (event.key === 'Enter' && found.sure) {
            event.preventDefault();
            onPick(found.sure.id);
          }
        }}
        inputRef={field}
        autoFocus
      />
      <Rows>
        {found.rows.map((row) => (
          <Row
            key={row.id}
            name={row.name}
            line={row.phone}
            actions={<Button onClick={() => onPick(row.id)}>{t('paper.record')}</Button>}
          />
        ))}
      </Rows>
      {verify.error ? <ErrorState error={verify.error} /> : null}
      {consent ? <p role="status">{t('consents.drawer.recorded')}</p> : null}
      {found.error ? (
        <ErrorState error={asDoorError(found.error)} onRetry={found.again} />
      ) : found.nobody && !verify.error && !consent ? (
        <p role="status">{t(isCode ? 'consents.drawer.enter' : 'consents.drawer.nobody')}</p>
      ) : null}
    </>
  );
}

interface OfPatientProps {
  readonly patient: string;
  readonly forms: readonly FormRow[];
  readonly form: string;
  readonly like: Paper | null;
  readonly onRecorded: (paper: Paper) => void;
  readonly onOther: () => void;
}

function OfPatient({ patient, forms, form, like, onRecorded, onOther }: OfPatientProps) {
  const card = usePatient(patient);
  if (failed(card)) {
    return <ErrorState error={asDoorError(card.error)} onRetry={() => void card.refetch()} />;
  }
  if (!card.data) return <Skeleton shape="details" />;
  return (
    <PaperForm
      card={card.data}
      forms={forms}
      form={form}
      like={like}
      onRecorded={onRecorded}
      onClose={onOther}
    />
  );
}
