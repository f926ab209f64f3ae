import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { meKeys } from '../../door/keys';
import type { WaysIn } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWaysIn } from '../../door/useLine';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { Button, ConfirmDialog, ErrorState, Skeleton, useToast } from '../../ui';
import { PhoneDialog } from './PhoneDialog';
import { ShortDialog } from './ShortDialog';
import classes from './WaysInSection.module.css';

/** How the person who signed in proves who she is, besides her passphrase. */
export function WaysInSection() {
  const ways = useWaysIn();
  if (failed(ways)) {
    return <ErrorState error={asDoorError(ways.error)} onRetry={() => void ways.refetch()} />;
  }
  if (!ways.data) return <Skeleton shape="details" />;
  return (
    <>
      <Phone ways={ways.data} />
      <Short ways={ways.data} />
    </>
  );
}

interface Props {
  readonly ways: WaysIn;
}

function Phone({ ways }: Props) {
  const t = useWords();
  const formats = useFormats();
  const queries = useQueryClient();
  const toast = useToast();
  const [asked, setAsked] = useState<'' | 'set' | 'end'>('');
  const end = useAction('me.endPhone');
  const turnOff = async () => {
    const now = await end.run({});
    setAsked('');
    if (!now) return;
    queries.setQueryData(meKeys.waysIn, now);
    toast({ tone: 'ok', title: t('waysIn.phone.ended') });
  };
  return (
    <div className={classes['way']}>
      <div className={classes['words']}>
        <h3 className={classes['label']}>{t('waysIn.phone.label')}</h3>
        <p className={classes['lead']}>{t('waysIn.phone.lead')}</p>
        <p className={classes['state']}>
          {ways.phone
            ? `${t('waysIn.phone.since', { date: formats.day(formats.dayOf(ways.phone)) })} · ${t('waysIn.phone.left', { count: ways.backupCodes })}`
            : t('waysIn.phone.off')}
        </p>
        {end.error ? <ErrorState error={end.error} /> : null}
      </div>
      <div className={classes['deeds']}>
        <Button onClick={() => setAsked('set')}>
          {ways.phone ? t('waysIn.phone.again') : t('waysIn.phone.setUp')}
        </Button>
        {ways.phone ? (
          <Button kind="quiet" onClick={() => setAsked('end')}>
            {t('waysIn.phone.end')}
          </Button>
        ) : null}
      </div>
      <PhoneDialog open={asked === 'set'} onClose={() => setAsked('')} />
      <ConfirmDialog
        open={asked === 'end'}
        title={t('waysIn.phone.endTitle')}
        confirm={t('waysIn.phone.end')}
        danger
        busy={end.running}
        onConfirm={() => turnOff()}
        onCancel={() => setAsked('')}
      >
        <p>{t('waysIn.phone.endBody')}</p>
      </ConfirmDialog>
    </div>
  );
}

function Short({ ways }: Props) {
  const t = useWords();
  const formats = useFormats();
  const queries = useQueryClient();
  const toast = useToast();
  const [open, setOpen] = useState(false);
  const end = useAction('me.endShort');
  const turnOff = async () => {
    const now = await end.run({});
    if (!now) return;
    queries.setQueryData(meKeys.waysIn, now);
    toast({ tone: 'ok', title: t('waysIn.short.ended') });
  };
  return (
    <div className={classes['way']}>
      <div className={classes['words']}>
        <h3 className={classes['label']}>{t('waysIn.short.label')}</h3>
        <p className={classes['lead']}>{t('waysIn.short.lead')}</p>
        <p className={classes['state']}>
          {ways.short
            ? t('waysIn.short.since', { date: formats.day(formats.dayOf(ways.short)) })
            : t('waysIn.short.off')}
        </p>
        {end.error ? <ErrorState error={end.error} /> : null}
      </div>
      <div className={classes['deeds']}>
        <Button onClick={() => setOpen(true)}>
          {ways.short ? t('waysIn.short.change') : t('waysIn.short.set')}
        </Button>
        {ways.short ? (
          <Button kind="quiet" busy={end.running} onClick={() => turnOff()}>
            {t('waysIn.short.end')}
          </Button>
        ) : null}
      </div>
      <ShortDialog open={open} onClose={() => setOpen(false)} />
    </div>
  );
}
