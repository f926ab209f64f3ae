import { useMay } from '../../door/context';
import { useIncidentStanding } from '../../door/useIncidents';
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
  const standing = useIncidentStanding(closes).data;
  if (!closes || !standing || (standing.open === 0 && standing.reports === 0)) return null;
  return (
    <Banner tone="warn" action={<Button onClick={onOpen}>{t('incidents.bannerAction')}</Button>}>
      {standing.open > 0
        ? t('incidents.banner', { count: standing.open })
        : t('incidents.reports', { count: standing.reports, date: formats.day(standing.report) })}
    </Banner>
  );
}
