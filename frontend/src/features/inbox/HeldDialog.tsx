import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { decidedKeys, inboxKeys, lineKeys, threadKeys } from '../../door/keys';
import type { HeldText, HeldTexts } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useHeld } from '../../door/useLine';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import {
  Dialog,
  DialogForm,
  ErrorState,
  InlineSelect,
  Quiet,
  Skeleton,
  useNow,
  useToast,
} from '../../ui';
import classes from './Held.module.css';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
}

type Choice = 'send' | 'leave' | 'later';

/** All texts that wait for a person, with a choice for each. */
export function HeldDialog({ open, onClose }: Props) {
  const t = useWords();
  const [count, setCount] = useState(0);
  return (
    <Dialog open={open} onClose={onClose} title={t('inbox.held.title', { count })} width="md">
      {open ? <Loaded onClose={onClose} onCount={setCount} /> : null}
    </Dialog>
  );
}

function Loaded({
  onClose,
  onCount,
}: {
  readonly onClose: () => void;
  readonly onCount: (count: number) => void;
}) {
  const held = useHeld();
  if (failed(held)) {
    return <ErrorState error={asDoorError(held.error)} onRetry={() => void held.refetch()} />;
  }
  if (!held.data) return <Skeleton shape="details" count={3} />;
  return <Question asked={held.data} onClose={onClose} onCount={onCount} />;
}

/** It stays with the list that was opened: what comes later is a question of its own. */
function Question({
  asked,
  onClose,
  onCount,
}: {
  readonly asked: HeldTexts;
  readonly onClose: () => void;
  readonly onCount: (count: number) => void;
}) {
  const t = useWords();
  const toast = useToast();
  const queries = useQueryClient();
  const resolve = useAction('text.resolveAll');
  const [held, setHeld] = useState(asked);
  const [choices, setChoices] = useState<Readonly<Record<string, Choice>>>({});
  const choiceOf = (item: HeldText) => choices[item.message.id] ?? usual(item);
  const { length } = held.items;
  useEffect(() => onCount(length), [length, onCount]);
  if (length === 0) return <p>{t('inbox.held.nothing')}</p>;
  const ids = (choice: Choice) =>
    held.items.filter((item) => choiceOf(item) === choice).map((item) => item.message.id);
  const submit = async () => {
    const done = await resolve.run({ send: ids('send'), leave: ids('leave') });
    if (!done) return;
    const said = [
      ...(done.sent > 0 ? [t('inbox.held.sent', { count: done.sent })] : []),
      ...(done.refused > 0 ? [t('inbox.held.refused', { count: done.refused })] : []),
    ];
    if (said.length > 0) {
      toast({ tone: done.refused > 0 ? 'warn' : 'ok', title: said.join(' ') });
    }
    queries.setQueryData(decidedKeys.held, done.rest);
    await Promise.all(
      [lineKeys.status, inboxKeys.all, threadKeys.all].map((queryKey) =>
        queries.invalidateQueries({ queryKey }),
      ),
    );
    const seen = new Set(held.items.map((item) => item.message.id));
    if (held.more || done.rest.items.some((item) => !seen.has(item.message.id))) {
      setHeld(done.rest);
    } else {
      onClose();
    }
  };
  return (
    <DialogForm
      action={t('inbox.held.do')}
      busy={resolve.running}
      error={resolve.error}
      onSubmit={() => submit()}
      onCancel={onClose}
    >
      <p>{t('inbox.held.lead', { count: length })}</p>
      <ul className={classes['list']}>
        {held.items.map((item) => (
          <Row
            key={item.message.id}
            item={item}
            choice={choiceOf(item)}
            onChoice={(choice) => setChoices({ ...choices, [item.message.id]: choice })}
          />
        ))}
      </ul>
      {held.more ? <Quiet>{t('inbox.held.more')}</Quiet> : null}
    </DialogForm>
  );
}

function Row({
  item,
  choice,
  onChoice,
}: {
  readonly item: HeldText;
  readonly choice: Choice;
  readonly onChoice: (choice: Choice) => void;
}) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const open = item.message.state === 'ask';
  return (
    <li className={classes['row']}>
      <InlineSelect
        label={item.patient?.name ?? item.phone}
        value={choice}
        onChange={onChoice}
        options={[
          { value: 'send', label: open ? t('inbox.held.again') : t('inbox.held.send') },
          { value: 'leave', label: open ? t('inbox.held.letBe') : t('inbox.held.leave') },
          { value: 'later', label: t('inbox.held.later') },
        ]}
      />
      <p className={classes['words']}>{item.message.body}</p>
      <Quiet>
        {[
          item.message.media > 0 ? t('inbox.own.with') : '',
          item.message.author,
          formats.dateTime(item.message.at, now),
        ]
          .filter(Boolean)
          .join(' · ')}
        {open ? ` ${t('inbox.held.unsure')}` : ''}
      </Quiet>
    </li>
  );
}

/** A text that may have gone out is never sent again by mere assent. */
function usual(item: HeldText): Choice {
  return item.message.state === 'ask' ? 'later' : 'send';
}
