import { useTranslation } from 'react-i18next';
import type { Attachment, Message, Problem } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useObjectUrl, usePreviews } from '../../door/usePictures';
import { errorWords } from '../../i18n/errors';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { Button, ErrorState, FileTile, PictureThumb, useNow } from '../../ui';
import classes from './Attachments.module.css';

interface Props {
  readonly message: Message;
  /** Who sent it. */
  readonly who: string;
  readonly onOpen: (attachment: string) => void;
  /** Asks where a copy is to be saved. */
  readonly onSave: (attachment: string) => void;
}

/** What came with a text: small pictures, and a tile for everything else. */
export function Attachments({ message, who, onOpen, onSave }: Props) {
  const t = useWords();
  const formats = useFormats();
  const shown = message.attachments.filter((a) => a.shown).map((a) => a.id);
  const previews = usePreviews(shown);
  const coming = message.media - message.attachments.length;
  return (
    <div className={classes['attachments']}>
      {message.attachments.map((attachment) =>
        attachment.shown && !previews.error ? (
          <Picture
            key={attachment.id}
            attachment={attachment}
            content={previews.data?.get(attachment.id)}
            label={t('attached.pictureFrom', { who, time: formats.time(message.at) })}
            onOpen={() => onOpen(attachment.id)}
          />
        ) : (
          <Tile key={attachment.id} attachment={attachment} onSave={() => onSave(attachment.id)} />
        ),
      )}
      {coming > 0 ? (
        <FileTile
          kind="coming"
          title={t('attached.coming', { count: coming })}
          detail={t('attached.comingNext')}
        />
      ) : null}
    </div>
  );
}

interface PictureProps {
  readonly attachment: Attachment;
  readonly content: Blob | undefined;
  readonly label: string;
  readonly onOpen: () => void;
}

function Picture({ attachment, content, label, onOpen }: PictureProps) {
  const src = useObjectUrl(content);
  return (
    <PictureThumb
      src={src}
      width={attachment.width}
      height={attachment.height}
      label={label}
      onOpen={onOpen}
    />
  );
}

interface TileProps {
  readonly attachment: Attachment;
  readonly onSave: () => void;
}

function Tile({ attachment, onSave }: TileProps) {
  const t = useWords();
  const formats = useFormats();
  const { i18n } = useTranslation();
  const now = useNow();
  const say = (about: Problem) => errorWords(i18n, formats, { ...about, retry: false }, now);
  const { kind, format, bytes, lost, problem } = attachment;
  if (lost && problem) {
    const words = say(problem);
    return (
      <FileTile kind="lost" title={words.what} detail={words.next}>
        {attachment.again ? <Again attachment={attachment.id} known={problem.code} /> : null}
      </FileTile>
    );
  }
  const facts = [format, formats.size(bytes)].filter((fact) => fact !== '');
  const why = problem ? say(problem).what : t('attached.notShown');
  return (
    <FileTile
      kind={kind}
      title={t(`attached.kind.${kind}`)}
      detail={`${facts.join(' · ')}. ${why}`}
    >
      <Button onClick={onSave}>{t('attached.copy')}</Button>
    </FileTile>
  );
}

interface AgainProps {
  readonly attachment: string;
  /** Why it did not come the first time, which stands there already. */
  readonly known: string;
}

/** Asks the phone service once more. What comes shows by itself. */
function Again({ attachment, known }: AgainProps) {
  const t = useWords();
  const again = useAction('attachment.fetchAgain');
  return (
    <>
      <Button busy={again.running} onClick={() => again.run({ id: attachment })}>
        {t('ui.retry')}
      </Button>
      {again.error?.code === known ? <p role="status">{t('attached.stillNot')}</p> : null}
      {again.error && again.error.code !== known ? <ErrorState error={again.error} /> : null}
    </>
  );
}
