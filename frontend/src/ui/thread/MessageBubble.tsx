import { type ReactNode, useId } from 'react';
import type { Moment } from '../../i18n/formats';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import classes from './MessageBubble.module.css';
import { MessageState, type MessageStateValue } from './MessageState';

interface Common {
  /** Empty where only what is attached was sent. */
  readonly text: string;
  /** What came with it. */
  readonly attached?: ReactNode;
  readonly at: Moment;
  /** Who wrote it: the patient, or the member of staff. */
  readonly author: string;
  /** Follows a text of the same author within minutes: stands close, without the name. */
  readonly joined?: boolean;
  /** Names the text for MessageList, which can begin at it. */
  readonly id?: string;
  /** Stands out for a moment: what was looked for. */
  readonly lit?: boolean;
}

interface Inbound extends Common {
  readonly side: 'in';
  /** What a person should know before answering. */
  readonly remark?: ReactNode;
}

interface Outbound extends Common {
  readonly side: 'out';
  readonly state: MessageStateValue;
  /** Opens "Why was this sent?". */
  readonly onWhy?: (() => void) | undefined;
  /** Says that the text went to the wrong person, or opens what was said of it. */
  readonly onWrong?: (() => void) | undefined;
  /** Whether somebody has said so already. */
  readonly wrong?: boolean;
  /** What happened and the next step, where the state needs a person. */
  readonly remedy?: ReactNode;
}

/** One text of a conversation. An item of a list: put it into MessageList or `<ol>`. */
export function MessageBubble(props: Inbound | Outbound) {
  const t = useWords();
  const formats = useFormats();
  const { text, attached, at, author, joined = false, id, lit = false } = props;
  const time = formats.time(at);
  // Tells apart the buttons, which are called alike under every text.
  const spoken = useId();
  const wrong = t(props.side === 'out' && props.wrong ? 'message.incident' : 'message.wrong');
  const below = props.side === 'out' ? props.remedy : props.remark;
  return (
    <li
      className={classes['item']}
      data-side={props.side}
      data-joined={joined || undefined}
      data-lit={lit || undefined}
      data-text={id}
    >
      <p className="ql-spoken" id={spoken}>
        {t('message.from', { author, time })}
      </p>
      {joined ? null : (
        <p className={classes['author']} aria-hidden="true" dir="auto">
          {author}
        </p>
      )}
      {text ? (
        <p className={classes['bubble']} dir="auto">
          {text}
        </p>
      ) : null}
      {attached ?? null}
      <div className={classes['foot']}>
        {props.side === 'out' && props.onWhy ? (
          <button
            type="button"
            className={classes['why']}
            aria-describedby={spoken}
            onClick={props.onWhy}
          >
            {t('message.why')}
          </button>
        ) : null}
        {props.side === 'out' && props.onWrong ? (
          <button
            type="button"
            className={classes['why']}
            data-marked={props.wrong || undefined}
            aria-describedby={spoken}
            onClick={props.onWrong}
          >
            {wrong}
          </button>
        ) : null}
        <time dateTime={typeof at === 'string' ? at : at.toISOString()} aria-hidden="true">
          {time}
        </time>
        {props.side === 'out' ? <MessageState state={props.state} /> : null}
      </div>
      {below ? <div className={classes['remedy']}>{below}</div> : null}
    </li>
  );
}
