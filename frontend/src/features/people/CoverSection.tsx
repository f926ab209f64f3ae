import { useState } from 'react';
import { useKnownState } from '../../door/context';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { useAction } from '../../door/useAction';
import { useCovers } from '../../door/usePeople';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import {
  Button,
  Card,
  DateField,
  DialogForm,
  ErrorState,
  Row,
  Rows,
  SelectField,
  Skeleton,
  useFocusKept,
  useNow,
} from '../../ui';

/** Who covers for whom. A therapist arranges it for her own patients. */
export function CoverSection() {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const covers = useCovers();
  const end = useAction('care.endCover');
  const [open, setOpen] = useState(false);
  const box = useFocusKept<HTMLDivElement>(open);
  if (failed(covers)) {
    return <ErrorState error={asDoorError(covers.error)} onRetry={() => void covers.refetch()} />;
  }
  if (!covers.data) return <Skeleton shape="details" />;
  return (
    <Card title={t('people.cover.title')} lead={t('people.cover.lead')}>
      <Rows>
        {covers.data.items.map((row) => (
          <Row
            key={row.id}
            name={t('people.cover.row', { by: row.by.name, of: row.of.name })}
            line={t('people.cover.time', {
              from: formats.dateTime(row.from, now),
              until: formats.dateTime(row.until, now),
            })}
            actions={
              row.mine ? (
                <Button size="sm" onClick={() => end.run({ id: row.id })}>
                  {t('people.cover.end')}
                </Button>
              ) : undefined
            }
          />
        ))}
      </Rows>
      {end.error ? <ErrorState error={end.error} /> : null}
      <div ref={box}>
        {open ? (
          <Arrange onClose={() => setOpen(false)} />
        ) : (
          <Button onClick={() => setOpen(true)}>{t('people.cover.arrange')}</Button>
        )}
      </div>
    </Card>
  );
}

function Arrange({ onClose }: { readonly onClose: () => void }) {
  const t = useWords();
  const state = useKnownState();
  const arrange = useAction('care.cover');
  const own = state?.me?.role === 'therapist' ? state.me.id : '';
  const [of, setOf] = useState(own);
  const [by, setBy] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const therapists = (state?.members ?? []).filter((m) => m.role === 'therapist');
  const ready = of !== '' && by !== '' && from !== '' && to !== '';
  const submit = async () => {
    if (ready && (await arrange.run({ of, by, from, to }))) onClose();
  };
  const choices = (but: string) =>
    therapists.filter((m) => m.id !== but).map((m) => ({ value: m.id, label: m.name }));
  return (
    <DialogForm
      action={t('people.cover.save')}
      label={t('people.cover.arrange')}
      busy={arrange.running}
      blocked={ready ? undefined : t('people.cover.first')}
      error={arrange.error}
      onSubmit={() => submit()}
      onCancel={onClose}
    >
      {own === '' ? (
        <SelectField
          label={t('people.cover.of')}
          value={of}
          options={choices(by)}
          onChange={setOf}
        />
      ) : null}
      <SelectField label={t('people.cover.by')} value={by} options={choices(of)} onChange={setBy} />
      <DateField label={t('people.cover.from')} value={from} onChange={setFrom} />
      <DateField label={t('people.cover.to')} value={to} onChange={setTo} />
    </DialogForm>
  );
}
