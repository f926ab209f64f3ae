import { useState } from 'react';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { isSet } from '../../door/ids';
import type { LostAttachment } from '../../door/shapes';
import { useLostAttachments } from '../../door/useHealth';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { Button, ErrorState, Notice, Skeleton, useNow } from '../../ui';
import classes from './Health.module.css';

/** Says how many attachments are missing or damaged, and leads to their texts. */
export function LostAttachments({ count }: { readonly count: number }) {
  const t = useWords();
  const [shown, setShown] = useState(false);
  return (
    <Notice
      tone="warn"
      title={t('health.lost', { count })}
      action={
        shown ? undefined : <Button onClick={() => setShown(true)}>{t('health.lostShow')}</Button>
      }
    >
      <p>{t('health.lostNext')}</p>
      {shown ? <Listed /> : null}
    </Notice>
  );
}

function Listed() {
  const t = useWords();
  const list = useLostAttachments(true);
  if (failed(list)) {
    return <ErrorState error={asDoorError(list.error)} onRetry={() => void list.refetch()} />;
  }
  if (!list.data) return <Skeleton shape="details" count={2} />;
  return (
    <>
      <ul className={classes['gaps']}>
        {list.data.items.map((item) => (
          <Line key={item.id} item={item} />
        ))}
      </ul>
      {list.data.more > 0 ? <p>{t('health.lostMore', { count: list.data.more })}</p> : null}
    </>
  );
}

/** The words for what is wrong with a file, by the end of its code. */
const states = ['missing', 'damaged', 'newer', 'not_read'] as const;

function Line({ item }: { readonly item: LostAttachment }) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const state = states.find((s) => item.problem?.code === `blob.${s}`) ?? 'not_read';
  if (isSet(item.patient)) {
    return (
      <li>
        <a href={`#/patients/${item.patient}`}>
          {t('health.lostScan', { date: formats.dateTime(item.at, now) })}
        </a>
        {` · ${t(`health.lostState.${state}`)}`}
      </li>
    );
  }
  return (
    <li>
      <a href={`#/inbox/${item.thread}?at=${item.text}`}>{formats.dateTime(item.at, now)}</a>
      {` · ${t(`attached.kind.${item.kind}`)}, ${t(`health.lostState.${state}`)}`}
    </li>
  );
}
