import classes from './PictureThumb.module.css';

interface Props {
  /** Where the small picture is; null while it is on its way. */
  readonly src: string | null;
  /** Those of the picture in full: they keep the place of one that is on its way. */
  readonly width: number;
  readonly height: number;
  /** What it is, for those who do not see it. */
  readonly label: string;
  readonly onOpen: () => void;
}

/** The longer side, in rem. */
const side = 15;

/** A small picture that opens the picture in full. */
export function PictureThumb({ src, width, height, label, onOpen }: Props) {
  const longer = Math.max(width, height, 1);
  // A strip of a few pixels could not be clicked.
  const rem = (length: number) => `${Math.max(3, (side * length) / longer)}rem`;
  return (
    <button
      type="button"
      className={classes['thumb']}
      style={{ width: rem(width), aspectRatio: `${Math.max(1, width)} / ${Math.max(1, height)}` }}
      aria-haspopup="dialog"
      aria-label={src ? undefined : label}
      aria-busy={src === null}
      disabled={src === null}
      onClick={onOpen}
    >
      {src ? <img src={src} alt={label} draggable={false} /> : null}
    </button>
  );
}
