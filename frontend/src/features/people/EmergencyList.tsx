import { useState } from 'react';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import type { EmergencyRow } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useEmergencies } from '../../door/usePeople';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import {
  Button,
  Card,
  DialogForm,
  ErrorState,
  Quiet,
  Row,
  Rows,
  Skeleton,
  TextField,
  useFocusKept,
  useNow,
} from '../../ui';

/** Who opened a patient in an emergency, for the privacy officer to look into. */
export function EmergencyList() {
  const t = useWords();
  const list = useEmergencies();
  const [reviewing, setReviewing] = useState('');
  const box = useFocusKept<HTMLDivElement>(reviewing);
  if (failed(list)) {
    return <ErrorState error={asDoorError(list.error)} onRetry={() => void list.refetch()} />;
  }
  if (!list.data) return <Skeleton shape="details" />;
  return (
    <Card title={t('people.emergency.list')}>
      {list.data.items.length === 0 ? <Quiet>{t('people.emergency.none')}</Quiet> : null}
      <div ref={box}>
        <Rows>
          {list.data.items.map((row) => (
            <Opening
              key={row.id}
              row={row}
              reviewing={reviewing === row.id}
              onReview={(on) => setReviewing(on ? row.id : '')}
            />
          ))}
        </Rows>
      </div>
    </Card>
  );
}

interface OpeningProps {
  readonly row: EmergencyRow;
  /** It is being looked into. */
  readonly reviewing: boolean;
  readonly onReview: (on: boolean) => void;
}

function Opening({ row, reviewing, onReview }: OpeningProps) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const looks = row.looks.reduce((sum, look) => sum + look.times, 0);
  return (
    <Row
      name={t('people.emergency.row', { by: row.by.name, patient: row.patient.name })}
      words={<p>{row.reason}</p>}
      line={[
        t('people.cover.time', {
          from: formats.dateTime(row.from, now),
          until: formats.dateTime(row.until, now),
        }),
        t('people.emergency.looks', { count: looks }),
      ].join(' · ')}
      actions={
        row.reviewedBy === '' && !reviewing ? (
          <Button size="sm" onClick={() => onReview(true)}>
            {t('people.emergency.review')}
          </Button>
        ) : undefined
      }
      below={reviewing ? <Review id={row.id} onDone={() => onReview(false)} /> : undefined}
    >
      {row.reviewedBy ? (
        <Quiet>
          {t('people.emergency.reviewed', {
            by: row.reviewedBy,
            date: formats.dateTime(row.reviewedAt, now),
          })}
          {row.note ? ` ${row.note}` : ''}
        </Quiet>
      ) : null}
    </Row>
  );
}

function Review({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const t = useWords();
  const review = useAction('emergency.review');
  const [note, setNote] = useState('');
  const submit = async () => {
    if (await review.run({ id, note })) onDone();
  };
  return (
    <DialogForm
      action={t('people.emergency.sign')}
      busy={review.running}
      error={review.error}
      onSubmit={() => submit()}
      onCancel={onDone}
    >
      <TextField label={t('people.emergency.note')} value={note} onChange={setNote} long optional />
    </DialogForm>
  );
}
