import { useMemo } from 'react';
import { encode } from 'uqr';
import classes from './QrCode.module.css';

interface Props {
  readonly text: string;
  /** Its size, where it is not the usual one. */
  readonly className?: string;
}

/** A square code with the quiet zone of four modules that scanners need (ISO/IEC 18004). */
export function QrCode({ text, className }: Props) {
  const { size, path } = useMemo(() => draw(text), [text]);
  return (
    <svg
      className={className ?? classes['code']}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      aria-hidden="true"
    >
      <path d={`M0 0h${size}v${size}h-${size}z`} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

function draw(text: string): { size: number; path: string } {
  const { size, data } = encode(text, { ecc: 'M', border: 4 });
  let path = '';
  data.forEach((row, y) => {
    row.forEach((dark, x) => {
      if (dark) path += `M${x} ${y}h1v1h-1z`;
    });
  });
  return { size, path };
}
