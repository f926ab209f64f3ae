import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { applyTopics } from '../../door/changes';
import { asDoorError } from '../../door/error';
import type {
  IncidentContent,
  IncidentDeed,
  IncidentRecipient,
  PatientName,
} from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useKeyOf } from '../../door/useKeyOf';
import { useFinder } from '../../door/usePatients';
import { useWords } from '../../i18n/I18nProvider';
import { contents, deeds, recipients } from '../../terms/incidents';
import {
  Button,
  CheckGroup,
  ChoiceField,
  DateField,
  Dialog,
  DialogForm,
  ErrorState,
  Notice,
  SearchField,
  TextField,
  useToast,
} from '../../ui';
import classes from './incidents.module.css';

interface Props {
  /** The text that went wrong; closed while null. */
  readonly message: string | null;
  /** In whose conversation it stands, where anybody is known by the number. */
  readonly patient: PatientName | null;
  readonly onClose: () => void;
  /** Opens what was just reported. */
  readonly onReported: (incident: string) => void;
}

/** "I texted the wrong person": opens the incident and the disclosure together. */
export function ReportDialog({ message, ...rest }: Props) {
  const t = useWords();
  return (
    <Dialog open={message !== null} onClose={rest.onClose} title={t('incidents.report.title')}>
      {message === null ? null : <Fields message={message} {...rest} />}
    </Dialog>
  );
}

function Fields({ message, patient, onClose, onReported }: Props & { readonly message: string }) {
  const t = useWords();
  const toast = useToast();
  const queries = useQueryClient();
  const report = useAction('incident.report');
  // The same report after a lost answer is the same one; a corrected one is another.
  const keyOf = useKeyOf();
  const [about, setAbout] = useState<PatientName | null>(null);
  const [recipient, setRecipient] = useState<Exclude<IncidentRecipient, ''> | ''>('');
  const [told, setTold] = useState<readonly IncidentContent[]>([]);
  const [done, setDone] = useState<readonly IncidentDeed[]>([]);
  const [found, setFound] = useState('');
  const [words, setWords] = useState('');
  const missing = !about
    ? t('incidents.report.aboutFirst')
    : recipient === ''
      ? t('incidents.report.recipientFirst')
      : told.length === 0
        ? t('incidents.report.contentsFirst')
        : undefined;
  const submit = async () => {
    if (missing || !about) return;
    const said = {
      message,
      about: about.id,
      recipient,
      contents: [...told],
      found,
      done: [...done],
      words,
    };
    const id = keyOf(said);
    if (!(await report.run({ id, ...said }))) return;
    await applyTopics(queries, 'incident', 'thread', 'inbox', 'patient', 'line');
    toast({ tone: 'ok', title: t('incidents.report.done') });
    onClose();
    onReported(id);
  };
  return (
    <DialogForm
      action={t('incidents.report.confirm')}
      busy={report.running}
      blocked={missing}
      danger
      error={report.error}
      onSubmit={() => submit()}
      onCancel={onClose}
    >
      <Notice tone="info" title={t('incidents.report.lead')} compact>
        {t('incidents.report.pause')}
      </Notice>
      <About own={patient} value={about} onChange={setAbout} />
      <ChoiceField
        label={t('incidents.report.recipient')}
        value={recipient}
        choices={recipients.map((value) => ({ value, label: t(`incidents.recipient.${value}`) }))}
        onChange={setRecipient}
      />
      <CheckGroup
        label={t('incidents.report.contents')}
        hint={t('incidents.report.contentsHint')}
        checks={contents.map((value) => ({ value, label: t(`incidents.content.${value}`) }))}
        value={told}
        onChange={(next) =>
          setTold(
            next.includes('nothing') && !told.includes('nothing')
              ? ['nothing']
              : next.filter((c) => c !== 'nothing' || next.length === 1),
          )
        }
      />
      <CheckGroup
        label={t('incidents.report.done_field')}
        checks={deeds.map((value) => ({ value, label: t(`incidents.deed.${value}`) }))}
        value={done}
        onChange={setDone}
      />
      <DateField
        label={t('incidents.report.found')}
        hint={t('incidents.report.foundHint')}
        value={found}
        onChange={setFound}
        optional
      />
      <TextField
        label={t('incidents.report.words')}
        hint={t('incidents.report.wordsHint')}
        value={words}
        onChange={setWords}
        long
        optional
      />
    </DialogForm>
  );
}

interface AboutProps {
  readonly own: PatientName | null;
  readonly value: PatientName | null;
  readonly onChange: (patient: PatientName | null) => void;
}

/** Whose information it was: whoever the conversation is with, or another patient. */
function About({ own, value, onChange }: AboutProps) {
  const t = useWords();
  const [search, setSearch] = useState('');
  const found = useFinder(search, 2);
  if (value) {
    return (
      <div className={classes['chosen']}>
        <p>{t('incidents.report.aboutIs', { patient: value.name })}</p>
        <Button size="sm" onClick={() => onChange(null)}>
          {t('incidents.report.aboutOther')}
        </Button>
      </div>
    );
  }
  return (
    <section className={classes['about']} aria-labelledby="incident-about">
      <h3 className={classes['label']} id="incident-about">
        {t('incidents.report.about')}
      </h3>
      {own ? (
        <Button onClick={() => onChange(own)}>
          {t('incidents.report.aboutOwn', { patient: own.name })}
        </Button>
      ) : null}
      <div className={classes['wide']}>
        <SearchField label={t('incidents.report.search')} value={search} onChange={setSearch} />
      </div>
      {found.error ? (
        <ErrorState error={asDoorError(found.error)} onRetry={found.again} />
      ) : found.nobody ? (
        <p>{t('caller.nobody')}</p>
      ) : (
        <ul className={classes['plain']}>
          {found.rows.map((row) => (
            <li key={row.id}>
              <Button kind="quiet" onClick={() => onChange({ id: row.id, name: row.name })}>
                <span dir="auto">{row.name}</span> {row.phone}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
