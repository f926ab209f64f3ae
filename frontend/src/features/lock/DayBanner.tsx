import { useAppState } from '../../door/context';
import { useWords } from '../../i18n/I18nProvider';
import { Banner, Button } from '../../ui';
import { useEnd } from './useEnd';

/** Says that the longest time at a desk is nearly over. Nothing puts that off. */
export function DayBanner() {
  const t = useWords();
  const app = useAppState();
  const { near, left } = useEnd();
  if (near !== 'longest') return null;
  return (
    <Banner tone="warn" action={<Button onClick={() => void app.lock()}>{t('lock.now')}</Button>}>
      {left > 60 ? t('lock.day.soon') : t('lock.day.left', { count: left })}
    </Banner>
  );
}
