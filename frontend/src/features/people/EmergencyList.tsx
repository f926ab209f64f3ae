import { useState } from 'react';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import type { EmergencyRow } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useEmergencies } from '../../door/usePeople';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { Button, Card, DialogForm, ErrorState, Skeleton, TextField, useNow } from '../../ui';
import classes from './people.module.css';

/** Who opened a patient in an emergency, for the privacy officer to look into. */
export function EmergencyList() {
  const t = useWords();
  const list = useEmergencies();
  const [reviewing, setReviewing] = useState('');
  if (failed(list)) {
    return <ErrorState error={asDoorError(list.error)} onRetry={() => void list.refetch()} />;
  }
  if (!list.data) return <Skeleton shape="details" />;
  return (
    <Card title={t('people.emergency.list')}>
      {list.data.items.length === 0 ? (
        <p className={classes['quiet']}>{t('people.emergency.none')}</p>
      ) : null}
      <ul className={classes['list']}>
        {list.data.items.map((row) => (
          <li key={row.id} className={classes['row']}>
            <What row={row} />
            {row.reviewedBy === '' && reviewing !== row.id ? (
              <Button size="sm" onClick={() => setReviewing(row.id)}>
                {t('people.emergency.review')}
              </Button>
            ) : null}
            {reviewing === row.id ? <Review id={row.id} onDone={() => setReviewing('')} /> : null}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function What({ row }: { readonly row: EmergencyRow }) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const looks = row.looks.reduce((sum, look) => sum + look.times, 0);
  return (
    <div className={classes['who']}>
      <p className={classes['name']}>
        {t('people.emergency.row', { by: row.by.name, patient: row.patient.name })}
      </p>
      <p>{row.reason}</p>
      <p className={classes['quiet']}>
        {[
          t('people.cover.time', {
            from: formats.dateTime(row.from, now),
            until: formats.dateTime(row.until, now),
          }),
          t('people.emergency.looks', { count: looks }),
        ].join(' · ')}
      </p>
      {row.reviewedBy ? (
        <p className={classes['quiet']}>
          {t('people.emergency.reviewed', {
            by: row.reviewedBy,
            date: formats.dateTime(row.reviewedAt, now),
          })}
          {row.note ? ` ${row.note}` : ''}
        </p>
      ) : null}
    </div>
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
