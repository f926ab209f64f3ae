import { useState } from 'react';
import { useHealth } from '../../door/useHealth';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { Banner, Button } from '../../ui';

interface Props {
  /** Goes to where the records can be checked. */
  readonly onOpen: () => void;
}

/** Says what somebody at the desk has to know about the records; nothing while all is well. */
export function HealthBanner({ onOpen }: Props) {
  const t = useWords();
  const formats = useFormats();
  const { data } = useHealth();
  const [read, setRead] = useState(false);
  const [told, setTold] = useState(0);
  if (!data) return null;
  const open = <Button onClick={onOpen}>{t('health.bannerOpen')}</Button>;
  if (data.outcome === 'records') {
    return (
      <Banner tone="stop" action={open}>
        {t('health.bannerRecords')}
      </Banner>
    );
  }
  if (data.outcome === 'lists') {
    return (
      <Banner tone="warn" action={open}>
        {t('health.bannerLists')}
      </Banner>
    );
  }
  if (data.overdue) {
    return (
      <Banner tone="warn" action={open}>
        {t('health.overdue')}
      </Banner>
    );
  }
  if (data.unopened > told) {
    return (
      <Banner
        tone="warn"
        action={<Button onClick={() => setTold(data.unopened)}>{t('health.gotIt')}</Button>}
      >
        {t('health.unopened', { count: data.unopened })}
      </Banner>
    );
  }
  if (data.search) {
    const { done, total, seconds } = data.search;
    const share = formats.percent(total > 0 ? done / total : 0);
    return (
      <Banner tone="info">
        {seconds > 0
          ? t('health.search', { share, count: Math.ceil(seconds / 60) })
          : t('health.searchBegun', { share })}
      </Banner>
    );
  }
  if (data.remade && !read) {
    return (
      <Banner
        tone="info"
        action={<Button onClick={() => setRead(true)}>{t('health.gotIt')}</Button>}
      >
        {t('health.remade')}
      </Banner>
    );
  }
  return null;
}
