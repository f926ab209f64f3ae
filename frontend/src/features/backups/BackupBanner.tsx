import { useMay } from '../../door/context';
import { useBackups } from '../../door/useBackups';
import { useWords } from '../../i18n/I18nProvider';
import { Banner, Button } from '../../ui';

interface Props {
  /** Goes to where a backup can be set up or looked at. */
  readonly onOpen: () => void;
}

/** Says that there is no backup that is new enough; nothing while there is one. */
export function BackupBanner({ onOpen }: Props) {
  const mayRead = useMay('settings.read');
  return mayRead ? <Known onOpen={onOpen} /> : null;
}

function Known({ onOpen }: Props) {
  const t = useWords();
  const { data } = useBackups();
  if (!data?.late) return null;
  const made = data.folders.some((f) => f.newest !== '');
  return (
    <Banner tone="warn" action={<Button onClick={onOpen}>{t('backups.bannerOpen')}</Button>}>
      {made ? t('backups.bannerLate') : t('backups.bannerNone')}
    </Banner>
  );
}
