import { useState } from 'react';
import { useMay } from '../../door/context';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { useAction } from '../../door/useAction';
import { useLive } from '../../door/useLive';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import {
  Actions,
  Button,
  CheckField,
  ConfirmDialog,
  Dialog,
  ErrorState,
  Notice,
  useNow,
  useToast,
} from '../../ui';
import { ChecksStep } from './ChecksStep';
import { HoursForm } from './HoursForm';
import { KeyStep } from './KeyStep';
import { LiveGuide } from './LiveGuide';
import classes from './live.module.css';
import { PicturesForm } from './PicturesForm';

interface Props {
  readonly onChanged: () => void;
}

/** The real account in the settings: its set-up before it is live, and what can be changed after. */
export function LiveSection({ onChanged }: Props) {
  const t = useWords();
  const toast = useToast();
  const mayEdit = useMay('settings.edit');
  const live = useLive();
  const [guiding, setGuiding] = useState(false);
  if (failed(live)) {
    return <ErrorState error={asDoorError(live.error)} onRetry={() => void live.refetch()} />;
  }
  if (!live.data || !mayEdit) return null;
  if (live.data.live) return <Live onChanged={onChanged} />;
  return (
    <>
      <Actions>
        <Button onClick={() => setGuiding(true)}>
          {t(live.data.account ? 'live.resume' : 'live.open')}
        </Button>
      </Actions>
      <LiveGuide
        open={guiding}
        onClose={() => setGuiding(false)}
        onLive={() => {
          setGuiding(false);
          toast({ tone: 'ok', title: t('live.checks.done') });
          void live.refetch();
          onChanged();
        }}
      />
    </>
  );
}

type Shown = 'key' | 'hours' | 'pictures' | 'checks' | 'end' | null;

function Live({ onChanged }: Props) {
  const t = useWords();
  const toast = useToast();
  const formats = useFormats();
  const now = useNow();
  const live = useLive();
  const [shown, setShown] = useState<Shown>(null);
  const [anyway, setAnyway] = useState(false);
  const end = useAction('line.disconnect');
  const data = live.data;
  if (!data?.live) return null;
  const close = () => setShown(null);
  const disconnect = async () => {
    const line = await end.run({ anyway });
    if (!line) return;
    close();
    toast({ tone: 'ok', title: t('live.end.done') });
    void live.refetch();
    onChanged();
  };
  const since = t('live.since', {
    time: formats.dateTime(data.live.at, now),
    name: data.live.by,
    good: data.live.checks,
  });
  return (
    <>
      <Notice tone="ok" title={since}>
        {data.live.unknown > 0 ? (
          <p>{t('live.sinceUnknown', { count: data.live.unknown })}</p>
        ) : null}
      </Notice>
      <Actions>
        <Button onClick={() => setShown('hours')}>{t('live.reply.title')}</Button>
        <Button onClick={() => setShown('pictures')}>{t('live.pictures.title')}</Button>
        <Button onClick={() => setShown('checks')}>{t('live.recheck')}</Button>
        <Button onClick={() => setShown('key')}>{t('live.key.change')}</Button>
        <Button kind="quiet" onClick={() => setShown('end')}>
          {t('live.end.open')}
        </Button>
      </Actions>
      <Dialog open={shown === 'hours'} onClose={close} title={t('live.reply.title')} width="lg">
        {shown === 'hours' ? <HoursForm /> : null}
      </Dialog>
      <Dialog open={shown === 'pictures'} onClose={close} title={t('live.pictures.title')}>
        {shown === 'pictures' ? <PicturesForm /> : null}
      </Dialog>
      <Dialog open={shown === 'checks'} onClose={close} title={t('live.recheck')} width="lg">
        {shown === 'checks' ? <ChecksStep /> : null}
      </Dialog>
      <Dialog open={shown === 'key'} onClose={close} title={t('live.key.changeTitle')}>
        {shown === 'key' ? (
          <>
            <p className={classes['lead']}>{t('live.key.changeLead')}</p>
            <KeyStep live={data} onTaken={() => void live.refetch()} />
          </>
        ) : null}
      </Dialog>
      <ConfirmDialog
        open={shown === 'end'}
        title={t('live.end.title')}
        confirm={t('live.end.open')}
        onConfirm={() => disconnect()}
        onCancel={close}
        busy={end.running}
      >
        <p>{t('live.end.body')}</p>
        {end.error ? (
          <>
            <ErrorState error={end.error} />
            <CheckField label={t('live.end.anyway')} checked={anyway} onChange={setAnyway} />
          </>
        ) : null}
      </ConfirmDialog>
    </>
  );
}
