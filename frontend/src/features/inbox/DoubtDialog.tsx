import { useState } from 'react';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import type { Doubt, DoubtList } from '../../door/shapes';
import { useDoubts } from '../../door/useLine';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { Button, Dialog, ErrorState, Quiet, Skeleton, useFocusKept, useNow } from '../../ui';
import { DoubtAnswers } from './DoubtAnswers';
import classes from './Held.module.css';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onThread: (thread: string) => void;
}

/** Every open question whether a patient still wants texts, with the words. */
export function DoubtDialog({ open, onClose, onThread }: Props) {
  const t = useWords();
  return (
    <Dialog open={open} onClose={onClose} title={t('inbox.doubt.title')} width="md">
      {open ? <Loaded onThread={onThread} /> : null}
    </Dialog>
  );
}

function Loaded({ onThread }: { readonly onThread: (thread: string) => void }) {
  const doubts = useDoubts();
  if (failed(doubts)) {
    return <ErrorState error={asDoorError(doubts.error)} onRetry={() => void doubts.refetch()} />;
  }
  if (!doubts.data) return <Skeleton shape="details" count={3} />;
  return <Listed asked={doubts.data} onThread={onThread} />;
}

/** It stays with the list that was opened, but for what was decided. */
function Listed({
  asked,
  onThread,
}: {
  readonly asked: DoubtList;
  readonly onThread: (thread: string) => void;
}) {
  const t = useWords();
  const [left, setLeft] = useState(asked.items);
  // What was decided takes the focus away with it: the next one has it then.
  const rest = useFocusKept<HTMLDivElement>(left);
  return (
    <div ref={rest}>
      {left.length === 0 ? <p>{t('inbox.doubt.nothing')}</p> : <p>{t('inbox.doubt.lead')}</p>}
      <ul className={classes['list']}>
        {left.map((doubt) => (
          <Row
            key={doubt.message}
            doubt={doubt}
            onThread={onThread}
            onSettled={(now) => setLeft(now.items)}
          />
        ))}
      </ul>
    </div>
  );
}

function Row({
  doubt,
  onThread,
  onSettled,
}: {
  readonly doubt: Doubt;
  readonly onThread: (thread: string) => void;
  readonly onSettled: (left: DoubtList) => void;
}) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  return (
    <li className={classes['row']}>
      <p className={classes['name']} dir="auto">
        {doubt.patient?.name ?? doubt.phone}
      </p>
      <Quiet>{`${t(`inbox.doubt.why.${doubt.why}`)} · ${formats.dateTime(doubt.at, now)}`}</Quiet>
      <p className={classes['words']} dir="auto">
        {doubt.words}
      </p>
      <Quiet>{t(`inbox.doubt.what.${doubt.why}`)}</Quiet>
      <div className={classes['answers']}>
        <DoubtAnswers doubt={doubt} onSettled={onSettled} />
        <Button kind="quiet" onClick={() => onThread(doubt.thread)}>
          {t('patients.openConversation')}
        </Button>
      </div>
    </li>
  );
}
