import { IconArrowDown } from '@tabler/icons-react';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { useWords } from '../../i18n/I18nProvider';
import { Button } from '../control/Button';
import classes from './MessageList.module.css';

interface Props {
  readonly label: string;
  /** The conversation: another key starts at its newest text. */
  readonly thread: string;
  /** Key of the newest text, and of the oldest that is shown. */
  readonly newest: string | null;
  readonly oldest: string | null;
  /** Fetches older texts; none once the start is reached. */
  readonly onOlder?: (() => void) | undefined;
  readonly olderBusy?: boolean;
  /** Read out when it changes: who wrote what, as a new text comes in. */
  readonly announcement?: string | undefined;
  /** DaySeparator and MessageBubble, oldest first. */
  readonly children: ReactNode;
}

/** Closer to the foot than this counts as being there, in pixels. */
const near = 80;

/**
 * A conversation, newest at the foot. It stays at the foot as texts come, and
 * stays where the reader is when she has scrolled up; older texts are put above
 * without a jump. Rows out of sight cost no layout (content-visibility).
 */
export function MessageList({
  label,
  thread,
  newest,
  oldest,
  onOlder,
  olderBusy = false,
  announcement,
  children,
}: Props) {
  const t = useWords();
  const view = useRef<HTMLElement>(null);
  const before = useRef({ thread: '', newest, oldest, height: 0, atFoot: true });
  const [away, setAway] = useState(false);

  // Runs after each change of the texts, before it is painted. What has to be
  // known from before the change is in the ref.
  useLayoutEffect(() => {
    const node = view.current;
    if (!node) return;
    const was = before.current;
    if (was.thread !== thread || (was.newest !== newest && was.atFoot)) {
      node.scrollTop = node.scrollHeight;
      was.atFoot = true;
      setAway(false);
    } else if (was.oldest !== oldest) {
      node.scrollTop += node.scrollHeight - was.height;
    }
    before.current = { thread, newest, oldest, height: node.scrollHeight, atFoot: was.atFoot };
  }, [thread, newest, oldest]);

  return (
    <div className={classes['frame']}>
      {/* It scrolls, so the keyboard must be able to reach it. */}
      <section
        ref={view}
        className={classes['view']}
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
        tabIndex={0}
        onScroll={(event) => {
          const node = event.currentTarget;
          const atFoot = node.scrollHeight - node.scrollTop - node.clientHeight < near;
          before.current.atFoot = atFoot;
          before.current.height = node.scrollHeight;
          setAway(!atFoot);
        }}
      >
        <div className={classes['start']}>
          {onOlder ? (
            <Button kind="quiet" onClick={onOlder} busy={olderBusy}>
              {t('message.older')}
            </Button>
          ) : (
            <p className={classes['first']}>{t('message.atStart')}</p>
          )}
        </div>
        <ol className={classes['texts']}>{children}</ol>
      </section>
      <p className="ql-spoken" role="status">
        {announcement ?? ''}
      </p>
      {away ? (
        <span className={classes['down']}>
          <Button
            icon={<IconArrowDown size="1rem" aria-hidden="true" />}
            onClick={() => {
              const node = view.current;
              if (node) node.scrollTop = node.scrollHeight;
            }}
          >
            {t('message.newer')}
          </Button>
        </span>
      ) : null}
    </div>
  );
}
