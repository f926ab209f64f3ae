import { IconAlertTriangle, IconArrowBackUp, IconPencil } from '@tabler/icons-react';
import type { Moment } from '../../i18n/formats';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { Avatar } from '../control/Avatar';
import { useNow } from '../now';
import { ConsentIcon, type ConsentState } from '../thread/ConsentBadge';
import classes from './ThreadRow.module.css';

interface Props {
  /** The patient, or nothing for a number that nobody has named. */
  readonly name: string | null;
  /** E.164; shown where there is no name. */
  readonly phone: string;
  /** The last text, or the draft. */
  readonly preview: string;
  readonly at: Moment;
  readonly unread: number;
  /** The last text is ours. */
  readonly answered?: boolean;
  readonly draft?: boolean;
  /** A text did not arrive, or one may speak of danger. */
  readonly attention?: boolean;
  readonly consent: ConsentState;
}

/** Height of a row in rem, for VirtualList. */
export const threadRowHeight = 4.5;

/** One conversation in the list: who, when, the last words, and what waits. */
export function ThreadRow({
  name,
  phone,
  preview,
  at,
  unread,
  answered = false,
  draft = false,
  attention = false,
  consent,
}: Props) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  return (
    <div className={classes['row']} data-unread={unread > 0 || undefined}>
      <Avatar name={name} />
      <div className={classes['words']}>
        <div className={classes['line']}>
          <span className={classes['name']} dir="auto">
            {name ?? formats.phone(phone)}
          </span>
          <span className={classes['time']}>{formats.short(at, now)}</span>
        </div>
        <div className={classes['line']}>
          <span className={classes['preview']} dir="auto">
            {draft ? (
              <span className={classes['draft']}>
                <IconPencil size="0.875rem" aria-hidden="true" /> {t('thread.draft')}{' '}
              </span>
            ) : null}
            {answered && !draft ? (
              <>
                <IconArrowBackUp size="0.875rem" aria-hidden="true" className={classes['ours']} />
                <span className="ql-spoken">{t('thread.you')}: </span>
              </>
            ) : null}
            {preview}
          </span>
          {attention ? (
            <span className={classes['attention']} title={t('thread.attention')}>
              <IconAlertTriangle size="1rem" aria-hidden="true" />
              <span className="ql-spoken">{t('thread.attention')}</span>
            </span>
          ) : null}
          <ConsentIcon state={consent} />
          {unread > 0 ? (
            <span className={classes['count']}>
              <span aria-hidden="true">{unread > 99 ? '99+' : unread}</span>
              <span className="ql-spoken">{t('ui.unread', { count: unread })}</span>
            </span>
          ) : null}
        </div>
      </div>
    </div>
  );
}
