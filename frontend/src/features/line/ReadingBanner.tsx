import { useState } from 'react';
import { useMay } from '../../door/context';
import { isSet } from '../../door/ids';
import type { OtherSender } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useReading } from '../../door/useLine';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { useProblemWords } from '../../terms/reasons';
import { Banner, Button, ConfirmDialog, ErrorState, useNow } from '../../ui';

interface Props {
  /** Opens the conversation in which somebody else sent a text. */
  readonly onThread: (thread: string) => void;
  /** Goes to where all texts can be checked. */
  readonly onOpen: () => void;
}

/** Says when texts may be missing, or somebody else texts from the clinic's number. */
export function ReadingBanner({ onThread, onOpen }: Props) {
  const t = useWords();
  const problem = useProblemWords();
  const { data } = useReading();
  if (!data) return null;
  const words = data.alarm ? problem(data.alarm) : null;
  return (
    <>
      {data.sender ? <SenderBanner sender={data.sender} onThread={onThread} /> : null}
      {words ? (
        <Banner tone="warn" action={<Button onClick={onOpen}>{t('health.bannerOpen')}</Button>}>
          {words.what} {words.next}
        </Banner>
      ) : null}
      {data.holds && !data.alarm ? <Banner tone="info">{t('line.reading.holds')}</Banner> : null}
    </>
  );
}

function SenderBanner({
  sender,
  onThread,
}: {
  readonly sender: OtherSender;
  readonly onThread: (thread: string) => void;
}) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const maySettle = useMay('settings.edit');
  const settle = useAction('line.settleSender');
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Banner
        tone="stop"
        action={
          <>
            {isSet(sender.thread) ? (
              <Button onClick={() => onThread(sender.thread)}>{t('line.sender.look')}</Button>
            ) : null}
            {maySettle ? (
              <Button kind="quiet" onClick={() => setAsking(true)}>
                {t('line.sender.settle')}
              </Button>
            ) : null}
          </>
        }
      >
        {t('line.sender.banner', {
          count: sender.texts,
          time: formats.relative(sender.last, now),
        })}
      </Banner>
      <ConfirmDialog
        open={asking}
        title={t('line.sender.title')}
        confirm={t('line.sender.confirm')}
        busy={settle.running}
        onCancel={() => setAsking(false)}
        onConfirm={() => {
          void settle.run({ upTo: sender.last }).then((done) => {
            if (done) setAsking(false);
          });
        }}
      >
        <p>{t('line.sender.body')}</p>
        {settle.error ? <ErrorState error={settle.error} /> : null}
      </ConfirmDialog>
    </>
  );
}
