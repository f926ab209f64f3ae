import { IconArrowDown } from '@tabler/icons-react';
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
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
  /** The text to begin at instead of the newest, by the id of its bubble. */
  readonly target?: string | null;
  /** Fetches newer texts; none where the newest is shown. */
  readonly onNewer?: (() => void) | undefined;
  readonly newerBusy?: boolean;
  /** Goes to the newest texts, where they are not shown. */
  readonly onNewest?: (() => void) | undefined;
  /** Read out when it changes: who wrote what, as a new text comes in. */
  readonly announcement?: string | undefined;
  /** DaySeparator and MessageBubble, oldest first. */
  readonly children: ReactNode;
}

/** Closer to the foot than this counts as being there, in pixels. */
const near = 80;

function bubble(list: HTMLElement, id: string): HTMLElement | null {
  return list.querySelector<HTMLElement>(`[data-text="${CSS.escape(id)}"]`);
}

function middle(node: HTMLElement): number {
  const { top, height } = node.getBoundingClientRect();
  return top + height / 2;
}

/**
 * A conversation, newest at the foot. It stays at the foot as texts come and as
 * the composer below it grows, and stays where the reader is when she has
 * scrolled up; older texts are put above without a jump. All texts handed in are
 * laid out: their heights must be known for that, and a page of them is small.
 */
export function MessageList({
  label,
  thread,
  newest,
  oldest,
  onOlder,
  olderBusy = false,
  target = null,
  onNewer,
  newerBusy = false,
  onNewest,
  announcement,
  children,
}: Props) {
  const t = useWords();
  const view = useRef<HTMLElement>(null);
  const texts = useRef<HTMLOListElement>(null);
  const start = `${thread} ${target ?? ''}`;
  const before = useRef({ start: '', newest, oldest, height: 0, top: 0, atFoot: true });
  // While newer texts are missing, the foot is not where the new ones come in.
  const cut = onNewer !== undefined;
  const [away, setAway] = useState(false);

  // Runs after each change of the texts, before it is painted. What has to be
  // known from before the change is in the ref.
  useLayoutEffect(() => {
    const node = view.current;
    if (!node) return;
    const was = before.current;
    const sought = was.start === start || target === null ? null : bubble(node, target);
    if (sought) {
      node.scrollTop += middle(sought) - middle(node);
      was.atFoot = false;
      setAway(node.scrollHeight - node.scrollTop - node.clientHeight >= near);
    } else if (was.start !== start || (was.newest !== newest && was.atFoot && !cut)) {
      node.scrollTop = node.scrollHeight;
      was.atFoot = !cut;
      setAway(false);
    } else if (was.oldest !== oldest) {
      node.scrollTop += node.scrollHeight - was.height;
    }
    const { scrollHeight: height, scrollTop: top } = node;
    before.current = { start, newest, oldest, height, top, atFoot: was.atFoot };
  }, [start, target, newest, oldest, cut]);

  // The room changes without a new text, too: a composer that grows, a remark
  // that comes, a font that arrives late.
  useEffect(() => {
    const node = view.current;
    const list = texts.current;
    if (!node || !list) return;
    const observer = new ResizeObserver(() => {
      if (before.current.atFoot) node.scrollTop = node.scrollHeight;
      before.current.height = node.scrollHeight;
    });
    observer.observe(node);
    observer.observe(list);
    return () => observer.disconnect();
  }, []);

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
          const was = before.current;
          const close = node.scrollHeight - node.scrollTop - node.clientHeight < near;
          // Only going up leaves the foot; the foot itself may sink away below.
          if (close) was.atFoot = !cut;
          else if (node.scrollTop < was.top) was.atFoot = false;
          was.top = node.scrollTop;
          was.height = node.scrollHeight;
          setAway(!close && !was.atFoot);
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
        <ol ref={texts} className={classes['texts']}>
          {children}
        </ol>
        {onNewer ? (
          <div className={classes['start']}>
            <Button kind="quiet" onClick={onNewer} busy={newerBusy}>
              {t('message.later')}
            </Button>
          </div>
        ) : null}
      </section>
      <p className="ql-spoken" role="status">
        {announcement ?? ''}
      </p>
      {away || cut ? (
        <span className={classes['down']}>
          <Button
            icon={<IconArrowDown size="1rem" aria-hidden="true" />}
            onClick={() => {
              const node = view.current;
              if (cut) onNewest?.();
              else if (node) node.scrollTop = node.scrollHeight;
            }}
          >
            {t('message.newer')}
          </Button>
        </span>
      ) : null}
    </div>
  );
}
