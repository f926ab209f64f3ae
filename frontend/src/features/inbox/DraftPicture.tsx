import type { ReactNode } from 'react';
import type { OwnPicture as Own } from '../../door/useDraftPicture';
import { useObjectUrl } from '../../door/usePictures';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { Button, ErrorState, OwnPicture } from '../../ui';
import classes from './Held.module.css';

interface Props {
  readonly own: Own;
}

interface DraftProps extends Props {
  /** It was to be taken away: says where the focus goes. */
  readonly onRemove: () => void;
}

/** The picture in the composer, with the way to take it away again. */
export function DraftPicture({ own, onRemove }: DraftProps) {
  const t = useWords();
  const formats = useFormats();
  const { drawn } = own;
  return (
    <>
      {own.error ? <ErrorState error={own.error} onRetry={own.retry} /> : null}
      {own.number > 0 ? (
        <Shown
          own={own}
          detail={
            drawn
              ? t('inbox.own.size', {
                  width: drawn.width,
                  height: drawn.height,
                  size: formats.size(drawn.bytes),
                })
              : undefined
          }
        >
          <Button kind="quiet" busy={own.busy} onClick={() => own.remove().then(onRemove)}>
            {t('inbox.own.remove')}
          </Button>
        </Shown>
      ) : null}
    </>
  );
}

/** The picture and the words that go with it, to be looked at once more. */
export function SecondLook({ own, body }: Props & { readonly body: string }) {
  if (own.number === 0) return null;
  return (
    <div className={classes['look']}>
      <Shown own={own} large />
      <p className={classes['words']} dir="auto">
        {body}
      </p>
    </div>
  );
}

interface ShownProps extends Props {
  readonly large?: boolean;
  readonly detail?: string | undefined;
  readonly children?: ReactNode;
}

function Shown({ own, large = false, detail, children }: ShownProps) {
  const t = useWords();
  const src = useObjectUrl(own.drawn?.content);
  return (
    <OwnPicture
      src={src}
      width={own.drawn?.width ?? 1}
      height={own.drawn?.height ?? 1}
      label={t('inbox.own.alt')}
      large={large}
      detail={detail}
    >
      {children}
    </OwnPicture>
  );
}
