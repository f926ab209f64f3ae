import { type PointerEvent, useRef } from 'react';
import classes from './SignaturePad.module.css';

interface Props {
  readonly label: string;
  readonly hint: string;
  /** The path that was drawn, on a field of 600 by 200: "M10 20L11 22". */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error?: string | undefined;
}

const width = 600;
const height = 200;
/** The longest path that is kept, in characters. */
const longest = 60_000;

/** A field to sign in with a finger, a pen or a mouse. Who cannot draw types a name instead. */
export function SignaturePad({ label, hint, value, onChange, error }: Props) {
  const drawing = useRef<string | null>(null);
  const at = (event: PointerEvent<SVGSVGElement>): string => {
    const box = event.currentTarget.getBoundingClientRect();
    const within = (share: number, most: number) =>
      Math.max(0, Math.min(most, Math.round(share * most)));
    const x = within((event.clientX - box.left) / Math.max(1, box.width), width);
    const y = within((event.clientY - box.top) / Math.max(1, box.height), height);
    return `${x} ${y}`;
  };
  return (
    <div className={classes['pad']}>
      <p className={classes['label']}>{label}</p>
      <p className={classes['hint']}>{hint}</p>
      <svg
        className={classes['field']}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={label}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          drawing.current = `${value}M${at(event)}`;
        }}
        onPointerMove={(event) => {
          if (drawing.current === null || drawing.current.length > longest) return;
          drawing.current += `L${at(event)}`;
          onChange(drawing.current);
        }}
        onPointerUp={() => {
          drawing.current = null;
        }}
        onPointerCancel={() => {
          drawing.current = null;
        }}
      >
        <line x1="20" y1="160" x2="580" y2="160" className={classes['line']} />
        <path d={value} className={classes['ink']} />
      </svg>
      <p className={classes['error']} role="status">
        {error ?? ''}
      </p>
    </div>
  );
}
