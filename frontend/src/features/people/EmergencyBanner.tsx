import { useMay } from '../../door/context';
import { useEmergencies } from '../../door/usePeople';
import { useWords } from '../../i18n/I18nProvider';
import { Banner, Button } from '../../ui';

interface Props {
  readonly onOpen: () => void;
}

/** Tells the privacy officer that somebody opened a patient in an emergency. */
export function EmergencyBanner({ onOpen }: Props) {
  const t = useWords();
  const reviews = useMay('emergency.review');
  const list = useEmergencies(reviews);
  const waiting = list.data?.waiting ?? 0;
  if (!reviews || waiting === 0) return null;
  return (
    <Banner tone="warn" action={<Button onClick={onOpen}>{t('people.bannerAction')}</Button>}>
      {t('people.banner', { count: waiting })}
    </Banner>
  );
}
