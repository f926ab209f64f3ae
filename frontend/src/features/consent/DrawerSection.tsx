import { IconFiles } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useMay } from '../../door/context';
import { asDoorError } from '../../door/error';
import type { FormRow } from '../../door/shapes';
import { useFinder, useForms, usePatient } from '../../door/usePatients';
import { useWords } from '../../i18n/I18nProvider';
import { Button, Dialog, ErrorState, SearchField, Skeleton } from '../../ui';
import classes from './ConsentsPane.module.css';
import { PaperForm } from './PaperForm';
import type { Paper } from './paper';

/** A clinic begins with a drawer of signed papers: one after another, with the keyboard. */
export function DrawerSection() {
  const t = useWords();
  const mayRecord = useMay('consent.record');
  const [open, setOpen] = useState(false);
  if (!mayRecord) return null;
  return (
    <section className={classes['section']} aria-labelledby="consents-drawer">
      <h2 className={classes['heading']} id="consents-drawer">
        {t('consents.drawer.title')}
      </h2>
      <p className={classes['quiet']}>{t('consents.drawer.lead')}</p>
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
    </section>
  );
}

function Drawer() {
  const t = useWords();
  const forms = useForms();
  const [patient, setPatient] = useState<string | null>(null);
  const [last, setLast] = useState<Paper | null>(null);
  const [count, setCount] = useState(0);
  if (forms.error) {
    return <ErrorState error={asDoorError(forms.error)} onRetry={() => void forms.refetch()} />;
  }
  if (!forms.data) return <Skeleton shape="details" />;
  return (
    <>
      {count > 0 ? (
        <p className={classes['quiet']} role="status">
          {t('consents.drawer.count', { count })}
        </p>
      ) : null}
      {patient === null ? (
        <Picker onPick={setPatient} />
      ) : (
        <OfPatient
          patient={patient}
          forms={forms.data.items}
          like={last}
          onRecorded={(paper) => {
            setLast(paper);
            setCount(count + 1);
            setPatient(null);
          }}
          onOther={() => setPatient(null)}
        />
      )}
    </>
  );
}

function Picker({ onPick }: { readonly onPick: (patient: string) => void }) {
  const t = useWords();
  const [search, setSearch] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const found = useFinder(search, 1);
  return (
    <>
      <SearchField
        label={t('consents.drawer.search')}
        value={search}
        onChange={setSearch}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && found.sure) {
            event.preventDefault();
            onPick(found.sure.id);
          }
        }}
        inputRef={field}
      />
      <ul className={classes['list']}>
        {found.rows.map((row) => (
          <li key={row.id} className={classes['row']}>
            <span className={classes['who']} dir="auto">
              {row.name} <span className={classes['quiet']}>{row.phone}</span>
            </span>
            <Button onClick={() => onPick(row.id)}>{t('paper.record')}</Button>
          </li>
        ))}
      </ul>
      {found.error ? (
        <ErrorState error={asDoorError(found.error)} onRetry={found.again} />
      ) : found.nobody ? (
        <p role="status">{t('consents.drawer.nobody')}</p>
      ) : null}
    </>
  );
}

interface OfPatientProps {
  readonly patient: string;
  readonly forms: readonly FormRow[];
  readonly like: Paper | null;
  readonly onRecorded: (paper: Paper) => void;
  readonly onOther: () => void;
}

function OfPatient({ patient, forms, like, onRecorded, onOther }: OfPatientProps) {
  const card = usePatient(patient);
  if (card.error) {
    return <ErrorState error={asDoorError(card.error)} onRetry={() => void card.refetch()} />;
  }
  if (!card.data) return <Skeleton shape="details" />;
  return (
    <PaperForm
      card={card.data}
      forms={forms}
      like={like}
      onRecorded={onRecorded}
      onClose={onOther}
    />
  );
}
