import { useMay } from '../../door/context';
import { useBackups, useDrills } from '../../door/useBackups';
import { useWords } from '../../i18n/I18nProvider';
import { Banner, Button } from '../../ui';

interface Props {
  /** Goes to where a backup can be set up or looked at. */
  readonly onOpen: () => void;
}

/** Says that there is no backup that is new enough, or none that was tried; nothing while all is well. */
export function BackupBanner({ onOpen }: Props) {
  const mayRead = useMay('settings.read');
  return mayRead ? <Known onOpen={onOpen} /> : null;
}

function Known({ onOpen }: Props) {
  const t = useWords();
  const { data } = useBackups();
  const drills = useDrills().data;
  const open = <Button onClick={onOpen}>{t('backups.bannerOpen')}</Button>;
  if (data?.late) {
    const made = data.folders.some((f) => f.newest !== '');
    return (
      <Banner tone="warn" action={open}>
        {made ? t('backups.bannerLate') : t('backups.bannerNone')}
      </Banner>
    );
  }
  const last = drills?.items[0];
  if (last && last.outcome !== 'good') {
    return (
      <Banner tone="stop" action={open}>
        {t('drills.bannerBad')}
      </Banner>
    );
  }
  if (drills?.overdue) {
    return (
      <Banner tone="warn" action={open}>
        {t('drills.bannerOverdue')}
      </Banner>
    );
  }
  return null;
}
