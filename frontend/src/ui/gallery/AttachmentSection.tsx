import { useState } from 'react';
import { Button } from '../control/Button';
import { PictureViewer } from '../overlay/PictureViewer';
import { Notice } from '../remark/Notice';
import { FileTile } from '../thread/FileTile';
import { MessageBubble } from '../thread/MessageBubble';
import { PictureThumb } from '../thread/PictureThumb';
import classes from './Gallery.module.css';
import { Section } from './Section';
import { drawing } from './samples';
import { useGalleryWords } from './useGalleryWords';

const nothing = () => {};

/** What comes with texts, in every state: there, on its way, missing, damaged, too large, of a kind that is not shown. */
export function AttachmentSection() {
  const w = useGalleryWords();
  const [open, setOpen] = useState<'picture' | 'damaged' | null>(null);
  return (
    <Section title={w.attached.title} layout="stack">
      <ol className={classes['conversation']}>
        <MessageBubble
          side="in"
          author="Maria Delgado"
          at="2026-03-04T15:05:00Z"
          text={w.attached.card}
          attached={
            <PictureThumb
              src={drawing}
              width={1012}
              height={638}
              label={w.attached.picture}
              onOpen={() => setOpen('picture')}
            />
          }
        />
        <MessageBubble
          side="in"
          author="Maria Delgado"
          at="2026-03-04T15:06:00Z"
          text=""
          joined
          attached={
            <>
              <PictureThumb
                src={null}
                width={600}
                height={800}
                label={w.attached.picture}
                onOpen={nothing}
              />
              <FileTile kind="coming" title={w.attached.coming} detail={w.attached.comingNext} />
              <FileTile
                kind="paper"
                title={w.attached.paper}
                detail={`PDF · 88 kB. ${w.attached.notShown}`}
              />
              <FileTile
                kind="video"
                title={w.attached.video}
                detail={`MP4 · 2.1 MB. ${w.attached.notShown}`}
              />
              <FileTile kind="lost" title={w.attached.missing} detail={w.attached.missingNext} />
              <FileTile kind="lost" title={w.attached.tooLarge} detail={w.attached.tooLargeNext} />
            </>
          }
        />
      </ol>
      <div>
        <Button onClick={() => setOpen('picture')}>{w.attached.open}</Button>
        <Button onClick={() => setOpen('damaged')}>{w.attached.openDamaged}</Button>
      </div>
      <PictureViewer
        open={open !== null}
        onClose={() => setOpen(null)}
        title={w.attached.picture}
        src={open === 'picture' ? drawing : null}
        width={1012}
        height={638}
        instead={
          <Notice tone="stop" title={w.attached.damaged}>
            <p>{w.attached.missingNext}</p>
          </Notice>
        }
        onPrevious={() => setOpen('damaged')}
        onNext={() => setOpen('picture')}
        onSave={nothing}
      />
    </Section>
  );
}
