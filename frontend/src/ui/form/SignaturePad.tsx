import { type PointerEvent, useId, useRef } from 'react';
import { useWords } from '../../i18n/I18nProvider';
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
/** So many times the pen may be set down: no signature has more. */
const mostStrokes = 200;

/**
 * A field to sign in with a finger, a pen or a mouse. Nothing of it is for the keyboard:
 * whoever uses this has to offer a name to be typed beside it.
 */
export function SignaturePad({ label, hint, value, onChange, error }: Props) {
  const t = useWords();
  const id = useId();
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
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would promise fields
    <div
      className={classes['pad']}
      role="group"
      aria-labelledby={`${id}-label`}
      aria-describedby={`${id}-hint ${id}-error`}
    >
      <p id={`${id}-label`} className={classes['label']}>
        {label}
      </p>
      <p id={`${id}-hint`} className={classes['hint']}>
        {hint}
      </p>
      <svg
        className={classes['field']}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`${label}: ${t(value === '' ? 'ui.notSigned' : 'ui.signed')}`}
        onPointerDown={(event) => {
          if (value.split('M').length > mostStrokes) return;
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
      <p id={`${id}-error`} className={classes['error']} role="status">
        {error ?? ''}
      </p>
    </div>
  );
}
