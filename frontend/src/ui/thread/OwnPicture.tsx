import type { ReactNode } from 'react';
import classes from './OwnPicture.module.css';

interface Props {
  /** Where the picture is; null while it is on its way. */
  readonly src: string | null;
  /** In pixels: they keep the place of one that is on its way. */
  readonly width: number;
  readonly height: number;
  /** What it is, for those who do not see it. */
  readonly label: string;
  /** Large enough to see who and what is on it. */
  readonly large?: boolean;
  /** Its size, in words. */
  readonly detail?: string | undefined;
  /** What can be done with it. */
  readonly children?: ReactNode;
}

/** How tall a large one is at most. */
const tallest = 'min(20rem, 36vh)';

/** A picture that goes with a text which is being written. */
export function OwnPicture({ src, width, height, label, large = false, detail, children }: Props) {
  const ratio = Math.max(1, width) / Math.max(1, height);
  return (
    <div className={classes['own']} data-large={large || undefined}>
      <div
        className={classes['frame']}
        // A large one is as wide as its height lets it be: no bands beside it.
        style={{
          aspectRatio: ratio,
          ...(large ? { maxWidth: `min(100%, ${tallest} * ${ratio})` } : {}),
        }}
        aria-busy={src === null}
      >
        {src ? <img src={src} alt={label} draggable={false} /> : null}
      </div>
      {detail ? <p className={classes['detail']}>{detail}</p> : null}
      {children}
    </div>
  );
}
