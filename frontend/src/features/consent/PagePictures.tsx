import { useObjectUrl } from '../../door/usePictures';
import classes from './ScanDialog.module.css';

interface Props {
  readonly pictures: readonly Blob[];
  /** What a page is called for those who do not see it. */
  readonly label: (page: number, of: number) => string;
}

/** Pages as pictures, one below another. */
export function PagePictures({ pictures, label }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
    <ul className={classes['pages']} tabIndex={0}>
      {pictures.map((picture, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pages do not move
        <li key={at}>
          <Page picture={picture} label={label(at + 1, pictures.length)} />
        </li>
      ))}
    </ul>
  );
}

function Page({ picture, label }: { readonly picture: Blob; readonly label: string }) {
  const src = useObjectUrl(picture);
  return src ? <img className={classes['page']} src={src} alt={label} /> : null;
}
