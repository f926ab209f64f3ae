import { asDoorError } from '../../door/error';
import { useObjectUrl, usePicture } from '../../door/usePictures';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { ErrorState, PictureViewer, Skeleton, useNow } from '../../ui';

/** A picture of the conversation that can be opened. */
export interface OpenablePicture {
  readonly id: string;
  readonly who: string;
  readonly at: string;
}

interface Props {
  /** All of the conversation, oldest first. */
  readonly pictures: readonly OpenablePicture[];
  /** The one that is open; closed while null. */
  readonly open: string | null;
  readonly onMove: (id: string) => void;
  /** Asks where a copy is to be saved. */
  readonly onSave: (id: string) => void;
  readonly onClose: () => void;
}

/** The pictures of a conversation in full, one at a time. */
export function PictureDialog({ pictures, open, onMove, onSave, onClose }: Props) {
  const at = pictures.findIndex((p) => p.id === open);
  const picture = pictures[at];
  if (!picture) return null;
  return (
    <Opened
      picture={picture}
      before={pictures[at - 1]?.id}
      after={pictures[at + 1]?.id}
      onMove={onMove}
      onSave={onSave}
      onClose={onClose}
    />
  );
}

interface OpenedProps {
  readonly picture: OpenablePicture;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly onMove: (id: string) => void;
  readonly onSave: (id: string) => void;
  readonly onClose: () => void;
}

function Opened({ picture, before, after, onMove, onSave, onClose }: OpenedProps) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const query = usePicture(picture.id);
  const src = useObjectUrl(query.data?.content);
  return (
    <PictureViewer
      open
      onClose={onClose}
      title={t('attached.pictureFrom', {
        who: picture.who,
        time: formats.timeOrDay(picture.at, now),
      })}
      src={src}
      width={query.data?.width ?? 0}
      height={query.data?.height ?? 0}
      instead={
        query.error ? (
          <ErrorState error={asDoorError(query.error)} onRetry={() => void query.refetch()} />
        ) : (
          <Skeleton shape="details" count={3} />
        )
      }
      onPrevious={before ? () => onMove(before) : undefined}
      onNext={after ? () => onMove(after) : undefined}
      onSave={() => onSave(picture.id)}
    />
  );
}
