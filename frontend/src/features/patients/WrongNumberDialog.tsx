import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { applyChange } from '../../door/changes';
import { useDoor } from '../../door/context';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { isSet } from '../../door/ids';
import { threadKeys } from '../../door/keys';
import type { Message, NumberRow } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { ChoiceField, Dialog, DialogForm, ErrorState, Skeleton, useNow, useToast } from '../../ui';

interface Props {
  readonly patient: string;
  /** On which a stranger answered; closed while null. */
  readonly number: NumberRow | null;
  readonly onClose: () => void;
}

/** Holds a number for everybody, and takes what the stranger wrote off the chart. */
export function WrongNumberDialog({ patient, number, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog
      open={number !== null}
      onClose={onClose}
      title={t(number?.held ? 'patients.hold.moveTitle' : 'patients.hold.wrongTitle')}
    >
      {number ? <Fields patient={patient} number={number} onClose={onClose} /> : null}
    </Dialog>
  );
}

/** So many of the newest texts are looked through for what the stranger wrote. */
const shown = 60;

function Fields({ patient, number, onClose }: Props & { readonly number: NumberRow }) {
  const t = useWords();
  const toast = useToast();
  const queries = useQueryClient();
  const [since, setSince] = useState('');
  const hold = useAction('number.hold');
  const held = number.held !== '';
  const submit = async () => {
    if (!(await hold.run({ patient, number: number.id, since }))) return;
    for (const topic of ['patient', 'inbox', 'thread']) {
      await applyChange(queries, { topic, ids: [], pos: 0 });
    }
    toast({
      tone: 'ok',
      title: t(since === '' ? 'patients.hold.heldDone' : 'patients.hold.movedDone'),
    });
    onClose();
  };
  return (
    <DialogForm
      action={t(held ? 'patients.hold.moveConfirm' : 'patients.hold.wrongConfirm')}
      busy={hold.running}
      blocked={held && since === '' ? t('patients.hold.textFirst') : undefined}
      error={hold.error}
      onSubmit={() => submit()}
      onCancel={onClose}
    >
      {held ? null : <p>{t('patients.hold.wrongBody', { phone: number.phone })}</p>}
      {isSet(number.thread) ? (
        <Texts thread={number.thread} none={!held} value={since} onChange={setSince} />
      ) : null}
    </DialogForm>
  );
}

interface TextsProps {
  readonly thread: string;
  /** Whether nothing may be moved at all. */
  readonly none: boolean;
  readonly value: string;
  readonly onChange: (since: string) => void;
}

/** What came in, the newest first: from which text on it was not the patient. */
function Texts({ thread, none, value, onChange }: TextsProps) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const door = useDoor();
  const query = useQuery({
    queryKey: [...threadKeys.one(thread), 'wrong'],
    queryFn: ({ signal }) =>
      door.call(
        'thread.open',
        { id: thread, before: '', after: '', around: '', limit: shown },
        signal,
      ),
    gcTime: 0,
  });
  if (failed(query)) {
    return <ErrorState error={asDoorError(query.error)} onRetry={() => void query.refetch()} />;
  }
  if (!query.data) return <Skeleton shape="details" />;
  const came = query.data.messages.filter((m) => m.way === 'in').toReversed();
  if (came.length === 0) return <p>{t('patients.hold.nothingCame')}</p>;
  const words = (m: Message) => m.body || t('inbox.picture');
  return (
    <ChoiceField
      label={t('patients.hold.since')}
      hint={t('patients.hold.sinceHint')}
      value={value === '' && !none ? '' : value || 'none'}
      onChange={(choice) => onChange(choice === 'none' ? '' : choice)}
      choices={[
        ...(none ? [{ value: 'none', label: t('patients.hold.noTexts') }] : []),
        ...came.map((m) => ({
          value: m.id,
          label: t('patients.hold.from', { date: formats.dateTime(m.at, now) }),
          hint: words(m),
        })),
      ]}
    />
  );
}
