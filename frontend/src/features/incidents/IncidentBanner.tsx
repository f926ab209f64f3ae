import { useMay } from '../../door/context';
import { useIncidents } from '../../door/useIncidents';
import { useWords } from '../../i18n/I18nProvider';
import { Banner, Button } from '../../ui';

interface Props {
  readonly onOpen: () => void;
}

/** Tells the privacy officer that a text went to the wrong person and waits for her. */
export function IncidentBanner({ onOpen }: Props) {
  const t = useWords();
  const closes = useMay('incidents.close');
  const open = useIncidents(closes).data?.open ?? 0;
  if (!closes || open === 0) return null;
  return (
    <Banner tone="warn" action={<Button onClick={onOpen}>{t('incidents.bannerAction')}</Button>}>
      {t('incidents.banner', { count: open })}
    </Banner>
  );
}
