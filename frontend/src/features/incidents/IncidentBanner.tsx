import { useMay } from '../../door/context';
import { useIncidents } from '../../door/useIncidents';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { Banner, Button } from '../../ui';

interface Props {
  readonly onOpen: () => void;
}

/** Tells the privacy officer that a text went to the wrong person and that something is due. */
export function IncidentBanner({ onOpen }: Props) {
  const t = useWords();
  const closes = useMay('incidents.close');
  const formats = useFormats();
  const list = useIncidents(closes).data;
  if (!closes || !list || (list.open === 0 && list.reports === 0)) return null;
  return (
    <Banner tone="warn" action={<Button onClick={onOpen}>{t('incidents.bannerAction')}</Button>}>
      {list.open > 0
        ? t('incidents.banner', { count: list.open })
        : t('incidents.reports', { count: list.reports, date: formats.day(list.report) })}
    </Banner>
  );
}
