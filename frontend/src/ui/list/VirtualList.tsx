import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import {
  Fragment,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import classes from './VirtualList.module.css';

interface Props<T> {
  readonly label: string;
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
  /** Height of every row in rem. */
  readonly rowHeight: number;
  readonly children: (item: T) => ReactNode;
  /** The row that is open. */
  readonly selected: string | null;
  /** Enter or a click. Moving with the arrows opens nothing: opening is recorded. */
  readonly onOpen: (item: T) => void;
  /** Called when the end comes near, to fetch the next page. */
  readonly onEnd?: (() => void) | undefined;
  /** How many rows there are in all, where that is known. */
  readonly total?: number | undefined;
  /** A title above a row, for those that begin something new. Rows must say so, too. */
  readonly titleOf?: ((item: T) => string | null) | undefined;
  /** The Esc key. */
  readonly onEscape?: (() => void) | undefined;
}

/** Height of a title in rem. */
const titleHeight = 2;

const pageOf = (rows: number): number => Math.max(1, rows - 1);

/**
 * A list of any length of which only what is in sight exists. The Tab key stops
 * at it once; arrows, Page Up and Down, Home and End move the mark in it, Enter
 * or Space opens what is marked.
 */
export function VirtualList<T>({
  label,
  items,
  keyOf,
  rowHeight,
  children,
  selected,
  onOpen,
  onEnd,
  total,
  titleOf,
  onEscape,
}: Props<T>) {
  const id = useId();
  const view = useRef<HTMLDivElement>(null);
  const [marked, setMarked] = useState<string | null>(selected);
  const rem =
    typeof document === 'undefined'
      ? 16
      : Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  const height = rowHeight * rem;

  const above = (item: T | undefined): number =>
    item !== undefined && titleOf?.(item) != null ? titleHeight * rem : 0;

  // What was marked may be gone, or nothing has been marked yet.
  const indexOf = (key: string | null): number =>
    key === null ? -1 : items.findIndex((item) => keyOf(item) === key);
  const found = indexOf(marked);
  const at = found >= 0 ? found : Math.max(0, indexOf(selected));

  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => view.current,
    estimateSize: (index) => height + above(items[index]),
    overscan: 6,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
    // The marked row always exists: it is what a screen reader reads.
    rangeExtractor: (range) => {
      const near = defaultRangeExtractor(range);
      return at >= items.length || near.includes(at) ? near : [...near, at].sort((x, y) => x - y);
    },
  });

  const rows = virtual.getVirtualItems();
  const sight = virtual.range;
  const last = sight?.endIndex ?? -1;
  const inSight = sight !== null && at >= sight.startIndex && at <= sight.endIndex;

  const end = useRef(onEnd);
  useEffect(() => {
    end.current = onEnd;
  }, [onEnd]);
  useEffect(() => {
    if (items.length > 0 && last >= items.length - 10) end.current?.();
  }, [last, items.length]);

  const move = (to: number) => {
    const next = Math.min(items.length - 1, Math.max(0, to));
    const item = items[next];
    if (item === undefined) return;
    setMarked(keyOf(item));
    virtual.scrollToIndex(next);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const page = pageOf(Math.floor((view.current?.clientHeight ?? 0) / height));
    const to = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: items.length - 1,
    }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      move(to);
      return;
    }
    if (event.key === 'Escape' && onEscape) {
      event.preventDefault();
      event.stopPropagation();
      onEscape();
      return;
    }
    if (event.key === 'Enter' || event.key === ' ') {
      const item = items[at];
      if (item === undefined) return;
      event.preventDefault();
      setMarked(keyOf(item));
      onOpen(item);
    }
  };

  return (
    <div
      ref={view}
      className={classes['view']}
      role="listbox"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={items.length > 0 ? `${id}-${at}` : undefined}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        // Only for the keyboard. A press of the mouse brings the focus, too: lines
        // that moved under it would open another one than was pressed.
        if (!event.currentTarget.matches(':focus-visible')) return;
        if (items.length > 0 && !inSight) virtual.scrollToIndex(at);
      }}
    >
      <div
        className={classes['whole']}
        role="presentation"
        style={{ height: virtual.getTotalSize() }}
      >
        {rows.map((row) => {
          const item = items[row.index];
          if (item === undefined) return null;
          const key = keyOf(item);
          const title = above(item);
          return (
            <Fragment key={row.key}>
              {title > 0 ? (
                <div
                  aria-hidden="true"
                  className={classes['title']}
                  style={{ height: title, transform: `translateY(${row.start}px)` }}
                >
                  {titleOf?.(item)}
                </div>
              ) : null}
              {/* The list itself holds the focus and handles the keys. */}
              {/* biome-ignore lint/a11y/useFocusableInteractive: see above */}
              {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above */}
              <div
                id={`${id}-${row.index}`}
                role="option"
                aria-selected={key === selected}
                aria-posinset={row.index + 1}
                aria-setsize={total ?? items.length}
                data-marked={row.index === at || undefined}
                className={classes['row']}
                style={{
                  height: row.size - title,
                  transform: `translateY(${row.start + title}px)`,
                }}
                onClick={() => {
                  setMarked(key);
                  onOpen(item);
                }}
              >
                {children(item)}
              </div>
            </Fragment>
          );
        })}
      </div>
    </div>
  );
}
