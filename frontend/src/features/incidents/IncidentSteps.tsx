import { useState } from 'react';
import { useMay } from '../../door/context';
import type { IncidentDeed, IncidentRow } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import {
  Button,
  CheckGroup,
  ChoiceField,
  DateField,
  ErrorState,
  Form,
  SelectField,
  TextField,
} from '../../ui';
import classes from './incidents.module.css';
import { deeds, factors } from './incidentWords';

interface Props {
  readonly row: IncidentRow;
  readonly onChanged: () => Promise<void>;
}

type Step = 'note' | 'number' | 'assess' | 'tell' | 'close';

/** What a person can do next about an incident, one step at a time. */
export function IncidentSteps({ row, onChanged }: Props) {
  const t = useWords();
  const closes = useMay('incidents.close');
  const [step, setStep] = useState<Step | ''>('');
  const due = row.due.map((d) => d.task);
  const offered: readonly Step[] = [
    ...(row.pauses ? (['number'] as const) : []),
    'note',
    ...(closes ? (['assess'] as const) : []),
    ...(closes && row.conclusion === 'breach' ? (['tell'] as const) : []),
    ...(closes && due.length === 0 ? (['close'] as const) : []),
  ];
  const done = async () => {
    await onChanged();
    setStep('');
  };
  const parts = { row, onDone: () => void done(), onCancel: () => setStep('') };
  switch (step) {
    case 'number':
      return <DecideNumber {...parts} />;
    case 'note':
      return <Note {...parts} />;
    case 'assess':
      return <Assess {...parts} />;
    case 'tell':
      return <Tell {...parts} />;
    case 'close':
      return <Close {...parts} />;
    default:
      return (
        <div className={classes['actions']}>
          {offered.map((one) => (
            <Button key={one} onClick={() => setStep(one)}>
              {t(`incidents.do.${one}`)}
            </Button>
          ))}
        </div>
      );
  }
}

interface StepProps {
  readonly row: IncidentRow;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

/** Texts go to the number again, or it stays on hold as a wrong one. */
function DecideNumber({ row, onDone, onCancel }: StepProps) {
  const t = useWords();
  const decide = useAction('incident.decideNumber');
  const [right, setRight] = useState<'right' | 'wrong' | ''>('');
  const submit = async () => {
    if (right !== '' && (await decide.run({ id: row.id, right: right === 'right' }))) onDone();
  };
  return (
    <Form
      onSubmit={() => void submit()}
      actions={
        <>
          <Button
            submit
            kind="main"
            busy={decide.running}
            blocked={right === '' ? t('incidents.number.first') : undefined}
          >
            {t('incidents.number.confirm')}
          </Button>
          <Button onClick={onCancel}>{t('ui.cancel')}</Button>
        </>
      }
    >
      <ChoiceField
        label={t('incidents.number.label', { phone: row.phone })}
        value={right}
        choices={(['right', 'wrong'] as const).map((value) => ({
          value,
          label: t(`incidents.number.${value}`),
          hint: t(`incidents.number.${value}Hint`),
        }))}
        onChange={setRight}
      />
      {decide.error ? <ErrorState error={decide.error} /> : null}
    </Form>
  );
}

function Note({ row, onDone, onCancel }: StepProps) {
  const t = useWords();
  const note = useAction('incident.note');
  const [done, setDone] = useState<readonly IncidentDeed[]>([]);
  const [words, setWords] = useState('');
  const submit = async () => {
    if (await note.run({ id: row.id, done: [...done], words })) onDone();
  };
  return (
    <Form
      onSubmit={() => void submit()}
      actions={
        <>
          <Button
            submit
            kind="main"
            busy={note.running}
            blocked={
              done.length === 0 && words.trim() === '' ? t('incidents.note.first') : undefined
            }
          >
            {t('incidents.note.confirm')}
          </Button>
          <Button onClick={onCancel}>{t('ui.cancel')}</Button>
        </>
      }
    >
      <CheckGroup
        label={t('incidents.note.done')}
        checks={deeds.map((value) => ({ value, label: t(`incidents.deed.${value}`) }))}
        value={done}
        onChange={setDone}
      />
      <TextField
        label={t('incidents.note.words')}
        hint={t('incidents.report.wordsHint')}
        value={words}
        onChange={setWords}
        long
        optional
      />
      {note.error ? <ErrorState error={note.error} /> : null}
    </Form>
  );
}

/** The four factors, and what they come to. */
function Assess({ row, onDone, onCancel }: StepProps) {
  const t = useWords();
  const assess = useAction('incident.assess');
  const [weighed, setWeighed] = useState({
    nature: '',
    recipient: '',
    viewed: '',
    mitigation: '',
  });
  const [conclusion, setConclusion] = useState<'low_probability' | 'breach' | ''>('');
  const missing = factors.some((f) => weighed[f].trim() === '')
    ? t('incidents.assess.factorsFirst')
    : conclusion === ''
      ? t('incidents.assess.conclusionFirst')
      : undefined;
  const submit = async () => {
    if (missing || conclusion === '') return;
    if (await assess.run({ id: row.id, factors: weighed, conclusion })) onDone();
  };
  return (
    <Form
      onSubmit={() => void submit()}
      actions={
        <>
          <Button submit kind="main" busy={assess.running} blocked={missing}>
            {t('incidents.assess.confirm')}
          </Button>
          <Button onClick={onCancel}>{t('ui.cancel')}</Button>
        </>
      }
    >
      <p className={classes['quiet']}>{t('incidents.assess.lead')}</p>
      {factors.map((f) => (
        <TextField
          key={f}
          label={t(`incidents.factor.${f}`)}
          hint={t(`incidents.factorHint.${f}`)}
          value={weighed[f]}
          onChange={(value) => setWeighed({ ...weighed, [f]: value })}
          long
        />
      ))}
      <ChoiceField
        label={t('incidents.assess.conclusion')}
        value={conclusion}
        choices={(['low_probability', 'breach'] as const).map((value) => ({
          value,
          label: t(`incidents.conclusion.${value}`),
          hint: t(`incidents.conclusionHint.${value}`),
        }))}
        onChange={setConclusion}
      />
      {assess.error ? <ErrorState error={assess.error} /> : null}
    </Form>
  );
}

function Tell({ row, onDone, onCancel }: StepProps) {
  const t = useWords();
  const tell = useAction('incident.tell');
  const [whom, setWhom] = useState<'patient' | 'hhs'>('patient');
  const [on, setOn] = useState('');
  const submit = async () => {
    if (on && (await tell.run({ id: row.id, whom, on }))) onDone();
  };
  return (
    <Form
      onSubmit={() => void submit()}
      actions={
        <>
          <Button
            submit
            kind="main"
            busy={tell.running}
            blocked={on === '' ? t('incidents.tell.first') : undefined}
          >
            {t('incidents.tell.confirm')}
          </Button>
          <Button onClick={onCancel}>{t('ui.cancel')}</Button>
        </>
      }
    >
      <SelectField
        label={t('incidents.tell.whom')}
        value={whom}
        options={(['patient', 'hhs'] as const).map((value) => ({
          value,
          label: t(`incidents.tell.${value}`),
        }))}
        onChange={setWhom}
      />
      <DateField label={t('incidents.tell.on')} value={on} onChange={setOn} />
      {tell.error ? <ErrorState error={tell.error} /> : null}
    </Form>
  );
}

function Close({ row, onDone, onCancel }: StepProps) {
  const t = useWords();
  const close = useAction('incident.close');
  const [words, setWords] = useState('');
  const submit = async () => {
    if (await close.run({ id: row.id, words })) onDone();
  };
  return (
    <Form
      onSubmit={() => void submit()}
      actions={
        <>
          <Button submit kind="main" busy={close.running}>
            {t('incidents.close.confirm')}
          </Button>
          <Button onClick={onCancel}>{t('ui.cancel')}</Button>
        </>
      }
    >
      <p className={classes['quiet']}>{t('incidents.close.lead')}</p>
      <TextField
        label={t('incidents.close.words')}
        value={words}
        onChange={setWords}
        long
        optional
      />
      {close.error ? <ErrorState error={close.error} /> : null}
    </Form>
  );
}
