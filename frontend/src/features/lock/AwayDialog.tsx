import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useAppState } from '../../door/context';
import { sessionKeys } from '../../door/keys';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { Button, Dialog } from '../../ui';
import classes from './lock.module.css';
import { useEnd } from './useEnd';

/**
 * Says that the desk is about to lock because nobody is there, and lets whoever
 * is there stay. What is being written is kept before that.
 */
export function AwayDialog() {
  const t = useWords();
  const app = useAppState();
  const queries = useQueryClient();
  const stay = useAction('session.stay');
  const { near, left } = useEnd();
  const away = near === 'idle';
  useEffect(() => {
    if (near !== 'none') app.keepNow();
  }, [near, app]);
  const remain = async () => {
    const standing = await stay.run({});
    if (standing) queries.setQueryData(sessionKeys.standing, standing);
  };
  return (
    <Dialog open={away} onClose={() => void remain()} title={t('lock.away.title')} width="sm">
      <p>{t('lock.away.body')}</p>
      <p className={classes['left']} role="timer" aria-live="off">
        {t('lock.away.left', { count: left })}
      </p>
      <div className={classes['actions']}>
        <Button onClick={() => void app.lock()}>{t('lock.now')}</Button>
        <Button kind="main" focusFirst busy={stay.running} onClick={() => remain()}>
          {t('lock.away.stay')}
        </Button>
      </div>
    </Dialog>
  );
}
