import { Button } from '../control/Button';
import { Notice } from '../remark/Notice';
import { DaySeparator } from '../thread/DaySeparator';
import { MessageBubble } from '../thread/MessageBubble';
import { UnreadDivider } from '../thread/UnreadDivider';
import { useGalleryWords } from './useGalleryWords';

const patient = 'Maria Delgado';
const desk = 'Ana Ruiz';
const nothing = () => {};

interface Props {
  /** Every state, not just those of a quiet day. */
  readonly every?: boolean;
}

/** A conversation about moving a visit. */
export function SampleTexts({ every = false }: Props) {
  const w = useGalleryWords();
  return (
    <>
      <DaySeparator at="2026-03-03T22:00:00Z" />
      <MessageBubble
        side="out"
        author={desk}
        at="2026-03-03T22:00:00Z"
        text={w.texts.reminder}
        state={{ kind: 'delivered' }}
        onWhy={nothing}
      />
      <DaySeparator at="2026-03-04T14:50:00Z" />
      <MessageBubble side="in" author={patient} at="2026-03-04T14:50:00Z" text={w.texts.ask} />
      <MessageBubble
        side="in"
        author={patient}
        at="2026-03-04T14:51:00Z"
        text={w.texts.also}
        joined
      />
      <MessageBubble
        side="out"
        author={desk}
        at="2026-03-04T15:02:00Z"
        text={w.texts.offer}
        state={{ kind: 'delivered' }}
        onWhy={nothing}
      />
      {every ? <UnreadDivider /> : null}
      <MessageBubble side="in" author={patient} at="2026-03-04T15:05:00Z" text={w.texts.yes} />
      <MessageBubble
        side="out"
        author={desk}
        at="2026-03-04T15:06:00Z"
        text={w.texts.booked}
        state={{ kind: every ? 'sent' : 'delivered' }}
        onWhy={nothing}
      />
      {every ? (
        <>
          <MessageBubble
            side="out"
            author={desk}
            joined
            at="2026-03-04T15:07:00Z"
            text={w.texts.long}
            state={{ kind: 'sending' }}
          />
          <MessageBubble
            side="out"
            author={desk}
            at="2026-03-04T15:08:00Z"
            text={w.texts.late}
            state={{ kind: 'waiting' }}
          />
          <MessageBubble
            side="out"
            author={desk}
            joined
            at="2026-03-04T15:08:00Z"
            text={w.texts.reminder}
            state={{ kind: 'waitingUntil', until: '2026-03-04T16:00:00Z' }}
          />
          <MessageBubble
            side="out"
            author={desk}
            joined
            at="2026-03-04T15:08:00Z"
            text={w.texts.reminder}
            state={{ kind: 'scheduled', until: '2026-03-05T16:00:00Z' }}
          />
          <MessageBubble
            side="out"
            author={desk}
            at="2026-03-04T15:09:00Z"
            text={w.texts.lost}
            state={{ kind: 'failed' }}
            remedy={
              <Notice
                tone="stop"
                title={w.lostWhat}
                action={
                  <>
                    <Button>{w.call}</Button>
                    <Button>{w.again}</Button>
                  </>
                }
              >
                <p>{w.lostNext}</p>
              </Notice>
            }
          />
          <MessageBubble
            side="out"
            author={desk}
            at="2026-03-04T15:10:00Z"
            text={w.texts.unsure}
            state={{ kind: 'unsure' }}
            remedy={
              <Notice tone="warn" title={w.unsureWhat}>
                <p>{w.unsureNext}</p>
              </Notice>
            }
          />
        </>
      ) : null}
    </>
  );
}
