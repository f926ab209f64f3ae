import { useState } from 'react';
import { useLine } from '../../door/useLine';
import { useWords } from '../../i18n/I18nProvider';
import { Banner, Button } from '../../ui';
import { DoubtDialog } from './DoubtDialog';

interface Props {
  readonly onThread: (thread: string) => void;
}

/** Says how many questions about texts wait, one for each text, and lists the words. */
export function DoubtBanner({ onThread }: Props) {
  const t = useWords();
  const { data } = useLine();
  const [open, setOpen] = useState(false);
  const count = data?.doubts ?? 0;
  return (
    <>
      {count > 0 ? (
        <Banner
          tone="warn"
          action={<Button onClick={() => setOpen(true)}>{t('inbox.doubt.open')}</Button>}
        >
          {t('inbox.doubt.banner', { count })}
        </Banner>
      ) : null}
      <DoubtDialog
        open={open}
        onClose={() => setOpen(false)}
        onThread={(thread) => {
          setOpen(false);
          onThread(thread);
        }}
      />
    </>
  );
}
