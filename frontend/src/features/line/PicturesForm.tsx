import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { asDoorError, DoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { liveKeys } from '../../door/keys';
import type { Pictures } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { usePictures } from '../../door/useLive';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import {
  Actions,
  Button,
  CheckField,
  ErrorState,
  Form,
  Notice,
  Skeleton,
  TextField,
  useNow,
  useToast,
} from '../../ui';
import classes from './live.module.css';

/** Whether pictures can be sent: what they cost, who holds them, and the trial before the first. */
export function PicturesForm() {
  const t = useWords();
  const pictures = usePictures();
  if (failed(pictures)) {
    return (
      <ErrorState error={asDoorError(pictures.error)} onRetry={() => void pictures.refetch()} />
    );
  }
  if (!pictures.data) return <Skeleton shape="details" />;
  const { state, problem, left } = pictures.data;
  return (
    <div className={classes['body']}>
      <p className={classes['lead']}>{t('live.pictures.lead')}</p>
      <p className={classes['lead']}>{t('live.pictures.kept')}</p>
      {problem ? <ErrorState error={new DoorError(problem.code, problem.params)} /> : null}
      {state === 'on' ? <On pictures={pictures.data} /> : null}
      {state === 'asked' && left > 0 ? <Answer pictures={pictures.data} /> : null}
      {state === 'asked' && left === 0 ? (
        <ErrorState error={new DoorError('golive.trial_over')} />
      ) : null}
      {state === 'off' || state === 'asked' ? (
        // Once it is sent, nothing that was entered is left to be sent.
        <Trial key={pictures.data.askedAt} pictures={pictures.data} />
      ) : null}
    </div>
  );
}

interface Props {
  readonly pictures: Pictures;
}

/** Puts what a door answered in the place of what is shown. */
function useTaken() {
  const queries = useQueryClient();
  return (fresh: Pictures) => queries.setQueryData(liveKeys.pictures, fresh);
}

/** Sends the test picture, once somebody has said that the agreement covers pictures. */
function Trial({ pictures }: Props) {
  const t = useWords();
  const taken = useTaken();
  const asked = pictures.state === 'asked';
  const [agreed, setAgreed] = useState(asked);
  const [phone, setPhone] = useState(pictures.phone);
  const send = useAction('pictures.try');
  const whole = agreed && phone.trim() !== '';
  const submit = async () => {
    if (!whole) return;
    const fresh = await send.run({ phone: phone.trim(), agreed });
    if (fresh) taken(fresh);
  };
  return (
    <Form
      onSubmit={() => submit()}
      actions={
        <Button
          submit
          kind={asked ? 'plain' : 'main'}
          busy={send.running}
          blocked={whole ? undefined : t('live.pictures.first')}
        >
          {t(asked ? 'live.pictures.another' : 'live.pictures.send')}
        </Button>
      }
    >
      <CheckField
        label={t('live.pictures.agreed')}
        hint={t('live.pictures.agreedHint')}
        checked={agreed}
        onChange={(next) => {
          setAgreed(next);
          send.clear();
        }}
      />
      <TextField
        label={t('live.proof.phone')}
        hint={t('live.pictures.phoneHint')}
        keys="tel"
        value={phone}
        onChange={(next) => {
          setPhone(next);
          send.clear();
        }}
      />
      {send.error ? <ErrorState error={send.error} /> : null}
    </Form>
  );
}

/** Takes the number that the test picture shows on the phone. */
function Answer({ pictures }: Props) {
  const t = useWords();
  const toast = useToast();
  const queries = useQueryClient();
  const taken = useTaken();
  const [code, setCode] = useState('');
  const confirm = useAction('pictures.confirm');
  const end = useAction('pictures.off');
  const submit = async () => {
    if (code.trim() === '') return;
    const fresh = await confirm.run({ code: code.trim() });
    setCode('');
    if (!fresh) {
      // How often the number may still be wrong.
      await queries.invalidateQueries({ queryKey: liveKeys.pictures });
      return;
    }
    taken(fresh);
    toast({ tone: 'ok', title: t('live.pictures.done') });
  };
  return (
    <Form
      onSubmit={() => submit()}
      actions={
        <>
          <Button
            submit
            kind="main"
            busy={confirm.running}
            blocked={code.trim() === '' ? t('live.pictures.codeFirst') : undefined}
          >
            {t('live.pictures.confirm')}
          </Button>
          <Button
            kind="quiet"
            busy={end.running}
            onClick={() => {
              void end.run({}).then((fresh) => {
                if (fresh) taken(fresh);
              });
            }}
          >
            {t('live.pictures.leave')}
          </Button>
        </>
      }
    >
      <Notice tone="info" live title={t('live.pictures.onItsWay', { phone: pictures.phone })}>
        <p>{t('live.pictures.late')}</p>
      </Notice>
      <TextField
        label={t('live.pictures.code')}
        keys="numeric"
        value={code}
        onChange={(next) => {
          setCode(next);
          confirm.clear();
        }}
      />
      {confirm.error ? <ErrorState error={confirm.error} /> : null}
      {end.error ? <ErrorState error={end.error} /> : null}
    </Form>
  );
}

function On({ pictures }: Props) {
  const t = useWords();
  const toast = useToast();
  const formats = useFormats();
  const now = useNow();
  const taken = useTaken();
  const end = useAction('pictures.off');
  const switchOff = async () => {
    const fresh = await end.run({});
    if (!fresh) return;
    taken(fresh);
    toast({ tone: 'ok', title: t('live.pictures.offDone') });
  };
  return (
    <>
      <Notice
        tone="ok"
        title={t('live.pictures.on', {
          name: pictures.by,
          time: formats.dateTime(pictures.provenAt, now),
        })}
      >
        <p>{t('live.pictures.onHint')}</p>
      </Notice>
      {end.error ? <ErrorState error={end.error} /> : null}
      <Actions>
        <Button busy={end.running} onClick={() => void switchOff()}>
          {t('live.pictures.off')}
        </Button>
      </Actions>
    </>
  );
}
