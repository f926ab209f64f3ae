import { useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import { useObjectUrl } from '../../door/usePictures';
import type { PagePicture } from '../../paper/showPages';
import classes from './PrintedPages.module.css';

interface Props {
  readonly pages: readonly PagePicture[];
  /** Called once every page is in the document and can be printed. */
  readonly onReady: () => void;
}

/** The pages themselves: nothing of them is on the screen, and nothing else is on the paper. */
export function PrintedPages({ pages, onReady }: Props) {
  const [loaded, setLoaded] = useState(0);
  useEffect(() => {
    if (loaded === pages.length) onReady();
  }, [loaded, pages.length, onReady]);
  return createPortal(
    <div className={classes['paper']} aria-hidden="true">
      {pages.map((page, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pages do not move
        <Page key={at} page={page} onLoad={() => setLoaded((n) => n + 1)} />
      ))}
    </div>,
    document.body,
  );
}

function Page({ page, onLoad }: { readonly page: PagePicture; readonly onLoad: () => void }) {
  const url = useObjectUrl(page.picture);
  const lies = page.widthPoints > page.heightPoints;
  return url ? (
    <img
      className={lies ? classes['lying'] : classes['page']}
      src={url}
      alt=""
      onLoad={onLoad}
      onError={onLoad}
    />
  ) : null;
}
