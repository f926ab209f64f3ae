import { useState } from 'react';
import { useMay } from '../../door/context';
import { useLine } from '../../door/useLine';
import { useWords } from '../../i18n/I18nProvider';
import { Banner, Button } from '../../ui';
import { HeldDialog } from './HeldDialog';

/** Says that texts wait for a person, and asks about all of them at once. */
export function HeldBanner() {
  const t = useWords();
  const mayDecide = useMay('texts.confirm');
  const { data } = useLine();
  const [open, setOpen] = useState(false);
  const count = data?.undecided ?? 0;
  return (
    <>
      {mayDecide && count > 0 ? (
        <Banner
          tone="warn"
          action={<Button onClick={() => setOpen(true)}>{t('inbox.held.open')}</Button>}
        >
          {t('inbox.held.banner', { count })}
        </Banner>
      ) : null}
      <HeldDialog open={open} onClose={() => setOpen(false)} />
    </>
  );
}
