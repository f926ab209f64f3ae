import { useState } from 'react';
import { useMay } from '../../door/context';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import type { IncidentRow } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useIncidents } from '../../door/useIncidents';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { Button, Card, ErrorState, Form, Row, Rows, Skeleton, TextField, useToast } from '../../ui';
import { Due } from './Due';

interface Props {
  readonly onOpen: (incident: string) => void;
}

/** Texts that went to the wrong person: what is open and what is due. */
export function IncidentsSection({ onOpen }: Props) {
  const t = useWords();
  const closes = useMay('incidents.close');
  const list = useIncidents();
  if (failed(list)) {
    return <ErrorState error={asDoorError(list.error)} onRetry={() => void list.refetch()} />;
  }
  if (!list.data) return <Skeleton shape="details" />;
  const { items, days } = list.data;
  return (
    <Card title={t('incidents.title')} lead={t('incidents.lead')}>
      {items.length === 0 ? <p>{t('incidents.none')}</p> : null}
      <Rows>
        {items.map((row, at) => (
          <Line key={row.hidden ? `hidden-${at}` : row.id} row={row} onOpen={onOpen} />
        ))}
      </Rows>
      {closes ? <Days days={days} onSaved={() => list.refetch()} /> : null}
    </Card>
  );
}

function Line({ row, onOpen }: Props & { readonly row: IncidentRow }) {
  const t = useWords();
  const formats = useFormats();
  const found = t('incidents.foundOn', { date: formats.day(row.found) });
  const closed = row.closedAt ? t('incidents.closedOn', { date: formats.date(row.closedAt) }) : '';
  return (
    <Row
      name={row.hidden ? t('incidents.hidden') : (row.about?.name ?? row.phone)}
      line={[found, ...(row.hidden ? [] : [row.phone, row.reportedBy]), closed]
        .filter(Boolean)
        .join(' · ')}
      actions={
        row.hidden ? undefined : (
          <Button size="sm" onClick={() => onOpen(row.id)}>
            {t('incidents.open')}
          </Button>
        )
      }
    >
      <Due row={row} />
    </Row>
  );
}

interface DaysProps {
  readonly days: number;
  readonly onSaved: () => Promise<unknown>;
}

/** Within how many days a patient is told of a breach. */
function Days({ days, onSaved }: DaysProps) {
  const t = useWords();
  const toast = useToast();
  const save = useAction('incident.saveDays');
  const [typed, setTyped] = useState<string | null>(null);
  const value = typed ?? String(days);
  const submit = async () => {
    // What is no whole number is refused like none at all, and never read in part.
    const wanted = /^\d{1,3}$/.test(value.trim()) ? Number(value) : 0;
    if (!(await save.run({ days: wanted }))) return;
    await onSaved();
    setTyped((now) => (now === typed ? null : now));
    toast({ tone: 'ok', title: t('incidents.days.saved') });
  };
  return (
    <Form
      onSubmit={() => submit()}
      actions={
        <Button submit busy={save.running}>
          {t('incidents.days.save')}
        </Button>
      }
    >
      <TextField
        label={t('incidents.days.label')}
        hint={t('incidents.days.hint')}
        value={value}
        onChange={(next) => {
          setTyped(next);
          save.clear();
        }}
      />
      {save.error ? <ErrorState error={save.error} /> : null}
    </Form>
  );
}
