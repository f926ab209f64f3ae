import { Fragment, useEffect, useRef, useState } from 'react';
import { useMay } from '../../door/context';
import type { Message, ThreadPage } from '../../door/shapes';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { DaySeparator, MessageBubble, MessageList, UnreadDivider } from '../../ui';
import { Attachments } from './Attachments';
import { PictureDialog } from './PictureDialog';
import { Remark, Remedy } from './Remedy';
import { SaveCopyDialog } from './SaveCopyDialog';
import { stateOf } from './states';

interface Props {
  readonly page: ThreadPage;
  /** Oldest first. */
  readonly messages: readonly Message[];
  readonly onOlder: (() => void) | undefined;
  readonly olderBusy: boolean;
  /** The text that was looked for, if the conversation was opened at one. */
  readonly target: string | null;
  readonly onNewer: (() => void) | undefined;
  readonly newerBusy: boolean;
  readonly onNewest: () => void;
  readonly onWhy: (message: string) => void;
  /** Says that a text went to the wrong person, or opens its incident. */
  readonly onWrong: (message: Message) => void;
  /** Puts the words of a text that did not arrive into the composer. */
  readonly onReuse: (message: Message) => void;
}

/** Texts of one author within this time stand together, in milliseconds. */
const together = 5 * 60_000;

/** The texts of a conversation with their days, states and what a person has to decide. */
export function Texts({
  page,
  messages,
  onOlder,
  olderBusy,
  target,
  onNewer,
  newerBusy,
  onNewest,
  onWhy,
  onWrong,
  onReuse,
}: Props) {
  const mayReport = useMay('incidents.report');
  const t = useWords();
  const formats = useFormats();
  const firstUnread = useFirstUnread(page, messages);
  const patient = page.patient?.name ?? page.phone;
  const announcement = useNewest(page.id, onNewer ? [] : messages, (m) =>
    t('inbox.arrived', { who: patient, text: m.body || t('inbox.picture') }),
  );
  const lit = useLit(target);
  const [picture, setPicture] = useState<string | null>(null);
  const [saving, setSaving] = useState<string | null>(null);
  const authorOf = (m: Message) => {
    if (m.way === 'in') return patient;
    return m.origin ? t(`inbox.origin.${m.origin}`) : m.author;
  };
  const pictures = messages.flatMap((m) =>
    m.attachments.filter((a) => a.shown).map((a) => ({ id: a.id, who: authorOf(m), at: m.at })),
  );
  return (
    <>
      <MessageList
        label={t('inbox.textsWith', { who: patient })}
        thread={page.id}
        newest={messages.at(-1)?.id ?? null}
        oldest={messages[0]?.id ?? null}
        onOlder={onOlder}
        olderBusy={olderBusy}
        target={target}
        onNewer={onNewer}
        newerBusy={newerBusy}
        onNewest={onNewest}
        announcement={announcement}
      >
        {messages.map((message, at) => {
          const before = messages[at - 1];
          const newDay = !before || formats.dayOf(before.at) !== formats.dayOf(message.at);
          const divided = message.id === firstUnread;
          const joined = !newDay && !divided && before !== undefined && follows(before, message);
          const text = message.body || (message.media > 0 ? '' : t('inbox.noWords'));
          const author = authorOf(message);
          const attached =
            message.media > 0 ? (
              <Attachments message={message} who={author} onOpen={setPicture} onSave={setSaving} />
            ) : undefined;
          return (
            <Fragment key={message.id}>
              {newDay ? <DaySeparator at={message.at} /> : null}
              {divided ? <UnreadDivider /> : null}
              {message.way === 'in' ? (
                <MessageBubble
                  side="in"
                  id={message.id}
                  lit={message.id === lit}
                  text={text}
                  attached={attached}
                  at={message.at}
                  author={author}
                  joined={joined}
                  remark={message.failure ? <Remark failure={message.failure} /> : null}
                />
              ) : (
                <MessageBubble
                  side="out"
                  id={message.id}
                  lit={message.id === lit}
                  text={text}
                  attached={attached}
                  at={message.at}
                  author={author}
                  joined={joined}
                  state={stateOf(message)}
                  onWrong={mayReport && hasLeft(message) ? () => onWrong(message) : undefined}
                  wrong={message.incident !== ''}
                  onWhy={wasDecided(message) ? () => onWhy(message.id) : undefined}
                  remedy={remedied(message) ? <Remedy message={message} onReuse={onReuse} /> : null}
                />
              )}
            </Fragment>
          );
        })}
      </MessageList>
      <PictureDialog
        pictures={pictures}
        open={picture}
        onMove={setPicture}
        onSave={setSaving}
        onClose={() => setPicture(null)}
      />
      {/* Made when it is wanted, it stands over a picture that is open already. */}
      {saving === null ? null : (
        <SaveCopyDialog attachment={saving} onClose={() => setSaving(null)} />
      )}
    </>
  );
}

function follows(before: Message, message: Message): boolean {
  return (
    before.way === message.way &&
    before.author === message.author &&
    before.origin === message.origin &&
    !remedied(before) &&
    Date.parse(message.at) - Date.parse(before.at) < together
  );
}

function remedied({ state, failure }: Message): boolean {
  return (
    ((state === 'sent' || state === 'delivered') && failure !== null) ||
    state === 'scheduled' ||
    state === 'recalling' ||
    state === 'failed' ||
    state === 'held' ||
    state === 'ask' ||
    state === 'later' ||
    state === 'waiting'
  );
}

/** Whether somebody may have read the text. */
function hasLeft(message: Message): boolean {
  return (
    message.origin !== 'automatic' &&
    message.origin !== 'trial' &&
    (wasDecided(message) || message.state === 'ask' || message.incident !== '')
  );
}

/** Whether the text left on a decision that can be explained. */
function wasDecided({ state }: Message): boolean {
  return state === 'sending' || state === 'sent' || state === 'delivered' || state === 'unsure';
}

/**
 * The first text that was unread when the conversation was opened. It stays
 * where it is while the texts are marked as read.
 */
function useFirstUnread(page: ThreadPage, messages: readonly Message[]): string | null {
  const [first] = useState(() => {
    if (page.unread === 0 || page.newer) return null;
    return messages.filter((m) => m.way === 'in').at(-page.unread)?.id ?? null;
  });
  return first;
}

/** How long a text that was looked for stands out, in milliseconds. */
const glow = 3_000;

/** The text that stands out: the one that was looked for, for a moment. */
function useLit(target: string | null): string | null {
  const [over, setOver] = useState<string | null>(null);
  useEffect(() => {
    if (target === null) return;
    const timer = setTimeout(() => setOver(target), glow);
    return () => clearTimeout(timer);
  }, [target]);
  return target === over ? null : target;
}

/** What to read out when a text comes in while the conversation is open. */
function useNewest(
  thread: string,
  messages: readonly Message[],
  say: (message: Message) => string,
): string | undefined {
  const last = messages.at(-1);
  const seen = useRef<{ thread: string; id: string | undefined }>({ thread, id: last?.id });
  const [spoken, setSpoken] = useState<string>();
  const words = last && last.way === 'in' ? say(last) : undefined;
  useEffect(() => {
    const was = seen.current;
    seen.current = { thread, id: last?.id };
    if (was.thread !== thread) setSpoken(undefined);
    else if (was.id !== undefined && was.id !== last?.id && words) setSpoken(words);
  }, [thread, last?.id, words]);
  return spoken;
}
