import { Textarea } from '@mantine/core';
import { IconClock, IconSend2 } from '@tabler/icons-react';
import {
  type ClipboardEvent,
  type DragEvent,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useId,
} from 'react';
import { useWords } from '../../i18n/I18nProvider';
import { Button } from '../control/Button';
import { KeyHint } from '../control/KeyHint';
import { modifier } from '../control/platform';
import { sensitive } from '../form/fieldProps';
import classes from './Composer.module.css';

/** How long a text is, as the phone network counts. */
export interface TextLength {
  /** Parts that it travels in; 0 for an empty text. */
  readonly parts: number;
  /** Characters that still fit; negative when there are too many. */
  readonly left: number;
  /** It goes with a picture, and is one text however long it is. */
  readonly picture?: boolean;
  /** About what it costs, in words; absent where nobody knows. */
  readonly cost?: string | undefined;
}

interface Props {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onSend: () => void;
  /** Where given, a second button asks when it is to go. */
  readonly onLater?: (() => void) | undefined;
  readonly length: TextLength;
  /** What goes later already: a compact Notice. */
  readonly waiting?: ReactNode;
  /** Why it may go, or why not and what to do: a compact Notice. */
  readonly notice?: ReactNode;
  /** Why it cannot be sent now; the writing stays possible. */
  readonly blocked?: string | undefined;
  readonly busy?: boolean;
  /** The picture that goes with the words. */
  readonly picture?: ReactNode;
  /** Where given, a picture that is pasted or dropped here goes with the words. */
  readonly onPicture?: ((file: File) => void) | undefined;
  /** Beside the counter: a topic, a template. */
  readonly tools?: ReactNode;
  readonly inputRef?: Ref<HTMLTextAreaElement>;
}

/** Mantine would put the descriptions of a label of its own in place of ours. */
const ownAria = { withAria: false };

/** When little room is left the number shows. */
const scarce = 200;

/**
 * Where a text is written. Enter makes a new line, Ctrl+Enter (⌘ on a Mac)
 * sends: a text cannot be called back. A text that is too long is kept whole
 * and not sent.
 */
export function Composer({
  value,
  onChange,
  onSend,
  onLater,
  length,
  waiting,
  notice,
  blocked,
  busy = false,
  picture,
  onPicture,
  tools,
  inputRef,
}: Props) {
  const t = useWords();
  const counter = useId();
  const tooLong = length.left < 0 ? t('composer.over', { count: -length.left }) : undefined;
  const empty =
    value.trim() === ''
      ? t(length.picture ? 'composer.emptyPicture' : 'composer.empty')
      : undefined;
  const reason = blocked ?? tooLong ?? empty;
  const mod = modifier(navigator.userAgent);

  const send = () => {
    if (reason === undefined && !busy) onSend();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes a sign, Enter belongs to it.
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    send();
  };

  const take = (event: ClipboardEvent | DragEvent, file: File | undefined) => {
    if (!onPicture || !file) return;
    event.preventDefault();
    onPicture(file);
  };
  const onPaste = (event: ClipboardEvent) => {
    const { clipboardData: from } = event;
    // Words that were copied with their looks come with a picture of themselves.
    if (from.getData('text/plain')) return;
    take(
      event,
      [...from.files].find((f) => f.type.startsWith('image/')),
    );
  };
  // What is dropped is judged by its content elsewhere, which also says why it is no picture.
  const onDrop = (event: DragEvent) => take(event, event.dataTransfer.files[0]);
  const onDragOver = (event: DragEvent) => {
    if (onPicture && event.dataTransfer.types.includes('Files')) event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a convenience beside the button
    <div className={classes['composer']} onDragOver={onDragOver} onDrop={onDrop}>
      {waiting}
      {notice}
      {picture}
      <Textarea
        {...sensitive}
        {...(inputRef ? { ref: inputRef } : {})}
        {...ownAria}
        aria-label={t('composer.label')}
        aria-describedby={counter}
        aria-keyshortcuts={`${mod.spoken}+Enter`}
        placeholder={t('composer.placeholder')}
        value={value}
        autosize
        minRows={2}
        maxRows={9}
        size="md"
        classNames={{ input: classes['input'] ?? '' }}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      <div className={classes['foot']}>
        <div className={classes['tools']}>{tools}</div>
        <p id={counter} className={classes['count']} data-over={tooLong ? true : undefined}>
          {length.picture ? (
            <span>{t('composer.pictureCounts')}</span>
          ) : length.parts > 1 ? (
            <span title={t('composer.partsHint')}>
              {t('composer.parts', { count: length.parts })}
            </span>
          ) : null}{' '}
          {length.cost ? <span>{length.cost}</span> : null}{' '}
          {tooLong ?? (length.left < scarce ? t('composer.left', { count: length.left }) : null)}
        </p>
        <div className={classes['send']}>
          <KeyHint keys={['Mod', t('ui.keys.enter')]} />
          {onLater ? (
            <Button
              onClick={() => {
                if (reason === undefined && !busy) onLater();
              }}
              blocked={reason}
              icon={<IconClock size="1.125rem" aria-hidden="true" />}
            >
              {t('composer.later')}
            </Button>
          ) : null}
          <Button
            kind="main"
            onClick={send}
            busy={busy}
            blocked={reason}
            icon={<IconSend2 size="1.125rem" aria-hidden="true" />}
          >
            {t('composer.send')}
          </Button>
        </div>
      </div>
    </div>
  );
}
