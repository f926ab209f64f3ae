import { IconX } from '@tabler/icons-react';
import { type CSSProperties, type ReactNode, useState } from 'react';
import { useWords } from '../../i18n/I18nProvider';
import { IconButton } from '../control/IconButton';
import classes from './AppFrame.module.css';
import { PaneResizer } from './PaneResizer';

/** Widths of the side panes in rem. */
export interface PaneWidths {
  readonly list: number;
  readonly details: number;
}

interface Props {
  readonly rail: ReactNode;
  /** One line across the top: the connection, an update, a downtime. */
  readonly banner?: ReactNode;
  /** The pane of what can be opened; left out on screens of one pane. */
  readonly list?: ReactNode;
  readonly listLabel?: string;
  readonly main: ReactNode;
  /** About what is open; a drawer of its own where the window is narrow. */
  readonly details?: ReactNode;
  readonly detailsLabel?: string;
  readonly detailsOpen?: boolean;
  readonly onDetailsOpen?: ((open: boolean) => void) | undefined;
  /** Which pane a narrow window shows. */
  readonly show: 'list' | 'main';
  readonly widths?: PaneWidths;
  readonly onWidths?: (widths: PaneWidths) => void;
}

const start: PaneWidths = { list: 21, details: 20 };

/**
 * The window: navigation, a list, what is open, and what is known about it.
 * Side panes can be made wider with the pointer or the arrow keys. Under 68 rem
 * the details lie over the rest, under 46 rem one pane shows at a time; both
 * follow the person's type size, so zooming in works the same way.
 */
export function AppFrame({
  rail,
  banner,
  list,
  listLabel,
  main,
  details,
  detailsLabel,
  detailsOpen = false,
  onDetailsOpen,
  show,
  widths,
  onWidths,
}: Props) {
  const t = useWords();
  const [own, setOwn] = useState(start);
  const now = widths ?? own;
  const setWidths = (next: PaneWidths) => {
    setOwn(next);
    onWidths?.(next);
  };
  const withDetails = details !== undefined && detailsOpen;
  return (
    <div className={classes['frame']}>
      {banner}
      <div
        className={classes['panes']}
        data-show={list === undefined ? 'main' : show}
        style={{ '--list': `${now.list}rem`, '--details': `${now.details}rem` } as CSSProperties}
      >
        <div className={classes['rail']}>{rail}</div>
        {list === undefined ? null : (
          <section className={classes['list']} aria-label={listLabel}>
            {list}
            <PaneResizer
              label={t('ui.resizePane')}
              width={now.list}
              least={16}
              most={32}
              edge="right"
              onWidth={(width) => setWidths({ ...now, list: width })}
            />
          </section>
        )}
        <main className={classes['main']}>{main}</main>
        {withDetails ? (
          <aside
            className={classes['details']}
            aria-label={detailsLabel}
            onKeyDown={(event) => {
              if (event.key !== 'Escape' || event.defaultPrevented) return;
              onDetailsOpen?.(false);
            }}
          >
            <PaneResizer
              label={t('ui.resizePane')}
              width={now.details}
              least={17}
              most={32}
              edge="left"
              onWidth={(width) => setWidths({ ...now, details: width })}
            />
            {onDetailsOpen ? (
              <span className={classes['close']}>
                <IconButton
                  label={t('ui.hideDetails')}
                  icon={<IconX size="1.25rem" />}
                  onClick={() => onDetailsOpen(false)}
                />
              </span>
            ) : null}
            <div className={classes['inside']}>{details}</div>
          </aside>
        ) : null}
      </div>
    </div>
  );
}
