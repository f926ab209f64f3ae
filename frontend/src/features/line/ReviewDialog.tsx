import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { lineKeys } from '../../door/keys';
import type { ReviewAnswer, ReviewDue, ReviewItem, ReviewList } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useReview } from '../../door/useLine';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import {
  Button,
  ChoiceField,
  Dialog,
  DialogForm,
  ErrorState,
  Notice,
  Quiet,
  Skeleton,
  useNow,
  useToast,
} from '../../ui';
import classes from './Review.module.css';

interface Props {
  readonly open: boolean;
  readonly due: ReviewDue;
  readonly onThread: (thread: string) => void;
  readonly onClose: () => void;
}

const answers: readonly ReviewAnswer[] = ['nobody', 'recorded'];

/** What patients may have taken back in a time that is missing, signed by a person. */
export function ReviewDialog({ open, due, onThread, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog open={open} onClose={onClose} title={t('line.review.title')}>
      {open ? <Loaded due={due} onThread={onThread} onClose={onClose} /> : null}
    </Dialog>
  );
}

function Loaded({ due, onThread, onClose }: Omit<Props, 'open'>) {
  const list = useReview();
  // What she reads is what she signs: another list comes only when the program refuses
  // this one.
  const [shown, setShown] = useState<ReviewList | null>(null);
  if (!shown && list.data) setShown(list.data);
  if (failed(list)) {
    return <ErrorState error={asDoorError(list.error)} onRetry={() => void list.refetch()} />;
  }
  if (!shown) return <Skeleton shape="details" count={3} />;
  return (
    <Question
      due={due}
      list={shown}
      onAgain={async () => setShown((await list.refetch()).data ?? null)}
      onThread={onThread}
      onClose={onClose}
    />
  );
}

function Question({
  due,
  list,
  onAgain,
  onThread,
  onClose,
}: Omit<Props, 'open'> & { readonly list: ReviewList; readonly onAgain: () => Promise<void> }) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const toast = useToast();
  const queries = useQueryClient();
  const sign = useAction('line.signReview');
  const [answer, setAnswer] = useState<ReviewAnswer | ''>('');
  const blocked = !due.read
    ? t('line.review.unread')
    : answer === ''
      ? t('line.review.answerFirst')
      : undefined;
  const submit = async () => {
    if (blocked || answer === '') return;
    const after = await sign.run({ mark: list.mark, answer });
    if (!after) {
      setAnswer('');
      await onAgain();
      return;
    }
    queries.setQueryData(lineKeys.standstill, after);
    toast({ tone: 'ok', title: t('line.review.done') });
    onClose();
    // Whether a text may go has changed for everybody.
    await queries.invalidateQueries();
  };
  return (
    <DialogForm
      action={t('line.review.sign')}
      cancel={t('line.review.later')}
      busy={sign.running}
      blocked={blocked}
      error={sign.error}
      onSubmit={() => submit()}
      onCancel={onClose}
    >
      <p>
        {due.from && due.until
          ? t('line.review.lead', {
              from: formats.dateTime(due.from, now),
              until: formats.dateTime(due.until, now),
            })
          : t('line.review.leadUnknown')}
      </p>
      <section className={classes['section']}>
        <h3 className={classes['heading']}>{t('line.review.texts')}</h3>
        {due.read ? null : (
          <Notice tone="info" title={t('line.review.unread')}>
            <p>{t('line.review.unreadNext')}</p>
          </Notice>
        )}
        {list.items.length === 0 ? (
          <Quiet>{t('line.review.noTexts')}</Quiet>
        ) : (
          <Quiet>{t('line.review.textsLead')}</Quiet>
        )}
        <ul className={classes['list']}>
          {list.items.map((item) => (
            <Row key={item.thread} item={item} onThread={onThread} />
          ))}
        </ul>
        {list.more ? <Quiet>{t('line.review.more')}</Quiet> : null}
        {list.hidden ? <Notice tone="info" title={t('line.review.hidden')} /> : null}
      </section>
      <section className={classes['section']}>
        <h3 className={classes['heading']}>{t('line.review.people')}</h3>
        <p>{t('line.review.peopleLead')}</p>
        <ChoiceField
          label={t('line.review.answer')}
          value={answer}
          onChange={setAnswer}
          choices={answers.map((value) => ({ value, label: t(`line.review.answers.${value}`) }))}
        />
      </section>
    </DialogForm>
  );
}

function Row({
  item,
  onThread,
}: {
  readonly item: ReviewItem;
  readonly onThread: (thread: string) => void;
}) {
  const t = useWords();
  return (
    <li className={classes['row']}>
      <div>
        <p className={classes['name']} dir="auto">
          {item.patient?.name ?? item.phone}
        </p>
        <Quiet>{t(`line.review.told.${item.told}`, { count: item.texts })}</Quiet>
      </div>
      <Button size="sm" onClick={() => onThread(item.thread)}>
        {t('line.review.read')}
      </Button>
    </li>
  );
}
