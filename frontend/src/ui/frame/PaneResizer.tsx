import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import classes from './PaneResizer.module.css';

interface Props {
  readonly label: string;
  /** In rem, as are the limits. */
  readonly width: number;
  readonly least: number;
  readonly most: number;
  /** The side of the pane that it lies on; the pane is the nearest positioned box. */
  readonly edge: 'left' | 'right';
  readonly onWidth: (width: number) => void;
}

/** The edge of a pane, to be pulled or moved with the arrow keys, Home and End. */
export function PaneResizer({ label, width, least, most, edge, onWidth }: Props) {
  const from = useRef<{ x: number; width: number } | null>(null);
  const sign = edge === 'right' ? 1 : -1;
  const set = (next: number) =>
    onWidth(Math.round(Math.min(most, Math.max(least, next)) * 100) / 100);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.shiftKey ? 4 : 1;
    const to = {
      ArrowRight: width + sign * step,
      ArrowLeft: width - sign * step,
      Home: least,
      End: most,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    set(to);
  };

  const onPointerMove = (event: PointerEvent) => {
    if (!from.current) return;
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    set(from.current.width + (sign * (event.clientX - from.current.x)) / rem);
  };

  return (
    // A separator that can be moved is a control; HTML has no element for it.
    // biome-ignore lint/a11y/useSemanticElements: see above
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={Math.round(width)}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      className={classes['edge']}
      data-edge={edge}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        from.current = { x: event.clientX, width };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        from.current = null;
      }}
      onPointerCancel={() => {
        from.current = null;
      }}
    />
  );
}
