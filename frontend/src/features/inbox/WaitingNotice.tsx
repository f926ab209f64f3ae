import { useEffect, useState } from 'react';
import { useMay } from '../../door/context';
import type { Message } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { useProblemWords } from '../../terms/reasons';
import {
  Button,
  Dialog,
  ErrorState,
  MessageState,
  Notice,
  Quiet,
  useFocusKept,
  useNow,
} from '../../ui';
import classes from './Held.module.css';
import { stateOf } from './states';
import { useThreadRefresh } from './useThreadRefresh';

interface Props {
  /** The first first. */
  readonly waiting: readonly Message[];
  /** The list was open and nothing waits any more: says where the focus goes. */
  readonly onNone: () => void;
}

/** What goes later in this conversation, wherever its texts stand, and the way to take it back. */
export function WaitingNotice({ waiting, onNone }: Props) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const [open, setOpen] = useState(false);
  const first = waiting[0];
  const over = open && !first;
  useEffect(() => {
    if (!over) return;
    setOpen(false);
    onNone();
  }, [over, onNone]);
  return (
    <>
      {first ? (
        <Notice
          compact
          tone="info"
          title={t('inbox.later.waiting', {
            count: waiting.length,
            time: formats.timeOrDay(first.until, now),
          })}
          action={
            <Button kind="quiet" onClick={() => setOpen(true)}>
              {t('inbox.later.show')}
            </Button>
          }
        />
      ) : null}
      <Dialog open={open && !over} onClose={() => setOpen(false)} title={t('inbox.later.list')}>
        <List waiting={waiting} />
      </Dialog>
    </>
  );
}

function List({ waiting }: Pick<Props, 'waiting'>) {
  const box = useFocusKept<HTMLUListElement>(waiting);
  return (
    <ul ref={box} className={classes['list']}>
      {waiting.map((message) => (
        <Row key={message.id} message={message} />
      ))}
    </ul>
  );
}

function Row({ message }: { readonly message: Message }) {
  const t = useWords();
  const problem = useProblemWords();
  const mayDecide = useMay('texts.confirm');
  const resolve = useAction('text.resolve');
  const refresh = useThreadRefresh();
  const takeBack = async () => {
    if (await resolve.run({ id: message.id, send: false })) await refresh();
  };
  const words = message.failure ? problem(message.failure) : null;
  return (
    <li className={classes['row']}>
      <p className={classes['words']} dir="auto">
        {message.body}
      </p>
      {message.media > 0 ? <Quiet>{t('inbox.own.with')}</Quiet> : null}
      <MessageState state={stateOf(message)} />
      {words ? <Quiet>{words.what}</Quiet> : null}
      {resolve.error ? <ErrorState error={resolve.error} /> : null}
      {mayDecide && message.state !== 'recalling' ? (
        <div>
          <Button busy={resolve.running} onClick={() => takeBack()}>
            {t('inbox.remedy.takeBack')}
          </Button>
        </div>
      ) : null}
    </li>
  );
}
