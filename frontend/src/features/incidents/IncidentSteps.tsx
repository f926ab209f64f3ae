import { useState } from 'react';
import { useMay } from '../../door/context';
import type { IncidentDeed, IncidentRow } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useKeyOf } from '../../door/useKeyOf';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { deeds, factors } from '../../terms/incidents';
import {
  Actions,
  Button,
  CheckGroup,
  ChoiceField,
  DateField,
  DialogForm,
  Quiet,
  SelectField,
  TextField,
  useFocusKept,
} from '../../ui';
import classes from './incidents.module.css';

interface Props {
  readonly row: IncidentRow;
  /** Which step is being written; empty for none. */
  readonly step: Step | '';
  readonly onStep: (step: Step | '') => void;
  readonly onChanged: () => Promise<void>;
}

export type Step = 'note' | 'number' | 'assess' | 'tell' | 'close';

/** What a person can do next about an incident, one step at a time. */
export function IncidentSteps(props: Props) {
  const box = useFocusKept<HTMLDivElement>(props.step);
  return (
    <div ref={box}>
      <Offered {...props} />
    </div>
  );
}

function Offered({ row, step, onStep, onChanged }: Props) {
  const t = useWords();
  const closes = useMay('incidents.close');
  const offered: readonly Step[] = row.closedAt
    ? closes && row.due.length > 0
      ? ['tell']
      : []
    : [
        ...(row.pauses ? (['number'] as const) : []),
        'note',
        ...(closes ? (['assess'] as const) : []),
        ...(closes && row.conclusion === 'breach' ? (['tell'] as const) : []),
        ...(closes && row.closes ? (['close'] as const) : []),
      ];
  const done = async () => {
    await onChanged();
    onStep('');
  };
  const parts = { row, onDone: done, onCancel: () => onStep('') };
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
        <Actions>
          {offered.map((one) => (
            <Button key={one} onClick={() => onStep(one)}>
              {t(`incidents.do.${one}`)}
            </Button>
          ))}
        </Actions>
      );
  }
}

interface StepProps {
  readonly row: IncidentRow;
  readonly onDone: () => Promise<void>;
  readonly onCancel: () => void;
}

/** Texts go to the number again, or it stays on hold as a wrong one. */
function DecideNumber({ row, onDone, onCancel }: StepProps) {
  const t = useWords();
  const decide = useAction('incident.decideNumber');
  const [right, setRight] = useState<'right' | 'wrong' | ''>('');
  const submit = async () => {
    if (right !== '' && (await decide.run({ id: row.id, right: right === 'right' })))
      await onDone();
  };
  return (
    <DialogForm
      action={t('incidents.number.confirm')}
      busy={decide.running}
      blocked={right === '' ? t('incidents.number.first') : undefined}
      error={decide.error}
      onSubmit={() => submit()}
      onCancel={onCancel}
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
    </DialogForm>
  );
}

function Note({ row, onDone, onCancel }: StepProps) {
  const t = useWords();
  const note = useAction('incident.note');
  const keyOf = useKeyOf();
  const [done, setDone] = useState<readonly IncidentDeed[]>([]);
  const [words, setWords] = useState('');
  const submit = async () => {
    const said = { id: row.id, done: [...done], words };
    if (await note.run({ key: keyOf(said), ...said })) await onDone();
  };
  return (
    <DialogForm
      action={t('incidents.note.confirm')}
      busy={note.running}
      blocked={done.length === 0 && words.trim() === '' ? t('incidents.note.first') : undefined}
      error={note.error}
      onSubmit={() => submit()}
      onCancel={onCancel}
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
    </DialogForm>
  );
}

/** The four factors, and what they come to. */
function Assess({ row, onDone, onCancel }: StepProps) {
  const t = useWords();
  const assess = useAction('incident.assess');
  const keyOf = useKeyOf();
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
    const said = { id: row.id, factors: weighed, conclusion };
    if (await assess.run({ key: keyOf(said), ...said })) await onDone();
  };
  return (
    <DialogForm
      action={t('incidents.assess.confirm')}
      busy={assess.running}
      blocked={missing}
      error={assess.error}
      onSubmit={() => submit()}
      onCancel={onCancel}
    >
      <Quiet>{t('incidents.assess.lead')}</Quiet>
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
    </DialogForm>
  );
}

function Tell({ row, onDone, onCancel }: StepProps) {
  const t = useWords();
  const tell = useAction('incident.tell');
  const keyOf = useKeyOf();
  // Of a closed one the department alone is still to be told.
  const some = row.closedAt ? (['hhs'] as const) : (['patient', 'hhs'] as const);
  const [whom, setWhom] = useState<'patient' | 'hhs'>(some[0]);
  const [on, setOn] = useState('');
  const submit = async () => {
    const said = { id: row.id, whom, on };
    if (on && (await tell.run({ key: keyOf(said), ...said }))) await onDone();
  };
  return (
    <DialogForm
      action={t('incidents.tell.confirm')}
      busy={tell.running}
      blocked={on === '' ? t('incidents.tell.first') : undefined}
      error={tell.error}
      onSubmit={() => submit()}
      onCancel={onCancel}
    >
      <SelectField
        label={t('incidents.tell.whom')}
        value={whom}
        options={some.map((value) => ({
          value,
          label: t(`incidents.tell.${value}`),
        }))}
        onChange={setWhom}
      />
      <DateField label={t('incidents.tell.on')} value={on} onChange={setOn} />
    </DialogForm>
  );
}

function Close({ row, onDone, onCancel }: StepProps) {
  const t = useWords();
  const formats = useFormats();
  const close = useAction('incident.close');
  const [words, setWords] = useState('');
  const submit = async () => {
    if (await close.run({ id: row.id, words })) await onDone();
  };
  return (
    <DialogForm
      action={t('incidents.close.confirm')}
      busy={close.running}
      error={close.error}
      onSubmit={() => submit()}
      onCancel={onCancel}
    >
      <Quiet>{t('incidents.close.lead')}</Quiet>
      {row.due.map(({ task, by }) => (
        <p key={task} className={classes['quiet']}>
          {t('incidents.close.report', { date: formats.day(by) })}
        </p>
      ))}
      <TextField
        label={t('incidents.close.words')}
        value={words}
        onChange={setWords}
        long
        optional
      />
    </DialogForm>
  );
}
