import { useEffect, useEffectEvent, useState } from 'react';
import { useObjectUrl } from '../../door/usePictures';
import type { PagePicture } from '../../paper/showPages';
import { PrintedPaper } from '../../ui';
import classes from './PrintedPages.module.css';

interface Props {
  readonly pages: readonly PagePicture[];
  /** Called once every page is in the document and can be printed. */
  readonly onReady: () => void;
  /** Called where a page cannot be drawn: nothing is to be printed without it. */
  readonly onFailed: () => void;
}

/** The pages themselves, as pictures to the edges of the paper. */
export function PrintedPages({ pages, onReady, onFailed }: Props) {
  const [loaded, setLoaded] = useState(0);
  const ready = useEffectEvent(onReady);
  const whole = loaded === pages.length;
  useEffect(() => {
    if (whole) ready();
  }, [whole]);
  return (
    <PrintedPaper>
      {pages.map((page, at) => (
        <Page
          // biome-ignore lint/suspicious/noArrayIndexKey: pages do not move
          key={at}
          page={page}
          onLoad={() => setLoaded((n) => n + 1)}
          onError={onFailed}
        />
      ))}
    </PrintedPaper>
  );
}

interface PageProps {
  readonly page: PagePicture;
  readonly onLoad: () => void;
  readonly onError: () => void;
}

function Page({ page, onLoad, onError }: PageProps) {
  const url = useObjectUrl(page.picture);
  const lies = page.widthPoints > page.heightPoints;
  return url ? (
    <img
      className={lies ? classes['lying'] : classes['page']}
      src={url}
      alt=""
      onLoad={onLoad}
      onError={onError}
    />
  ) : null;
}
