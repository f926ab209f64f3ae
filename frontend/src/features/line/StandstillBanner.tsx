import { useState } from 'react';
import { useMay } from '../../door/context';
import { useStandstill } from '../../door/useLine';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { Banner, Button, useNow } from '../../ui';
import { OtherCopyDialog } from './OtherCopyDialog';
import { ReviewDialog } from './ReviewDialog';

interface Props {
  /** Opens a conversation that somebody has to read. */
  readonly onThread: (thread: string) => void;
}

/** Says why no text at all can leave, and leads to the person's decision that ends it. */
export function StandstillBanner({ onThread }: Props) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const mayDecide = useMay('records.accept_loss');
  const { data } = useStandstill();
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  const action = mayDecide ? (
    <Button onClick={() => setOpen(true)}>{t('line.standstill.open')}</Button>
  ) : undefined;
  const whom = mayDecide ? '' : ` ${t('line.standstill.askWhom')}`;
  if (!data) return null;
  if (data.other) {
    return (
      <>
        <Banner tone="stop" action={action}>
          {data.other.made
            ? t('line.other.banner', { time: formats.dateTime(data.other.made, now) })
            : t('line.other.bannerUnknown')}
          {whom}
        </Banner>
        <OtherCopyDialog open={open} other={data.other} onClose={close} />
      </>
    );
  }
  if (data.review) {
    return (
      <>
        <Banner tone="stop" action={action}>
          {t('line.review.banner')}
          {whom}
        </Banner>
        <ReviewDialog
          open={open}
          due={data.review}
          onClose={close}
          onThread={(thread) => {
            close();
            onThread(thread);
          }}
        />
      </>
    );
  }
  return null;
}
