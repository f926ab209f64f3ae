import { useEffect, useState } from 'react';
import type { GoLive } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { Button, ErrorState, FactList, Form, Notice, TextField } from '../../ui';
import classes from './live.module.css';

interface Props {
  readonly live: GoLive;
  readonly onTaken: (live: GoLive) => void;
}

/** How often the phone service is asked for the two texts while this is open, in milliseconds. */
const asks = 5_000;

/** One real text out, and one real text in. */
export function ProofStep({ live, onTaken }: Props) {
  const t = useWords();
  const [phone, setPhone] = useState(live.proofPhone);
  const prove = useAction('live.prove');
  const look = useAction('live.lookForProof');
  const whole = Boolean(live.out && live.in);
  const { run } = look;
  const waiting = live.code !== '' && !(live.arrived && live.in);
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(() => {
      void run({}).then((fresh) => {
        if (fresh) onTaken(fresh);
      });
    }, asks);
    return () => clearInterval(timer);
  }, [waiting, run, onTaken]);
  const submit = async () => {
    if (phone.trim() === '') return;
    const fresh = await prove.run({ phone: phone.trim() });
    if (fresh) onTaken(fresh);
  };
  return (
    <Form
      onSubmit={() => submit()}
      actions={
        <>
          <Button
            submit
            kind={live.code ? 'plain' : 'main'}
            busy={prove.running}
            blocked={phone.trim() === '' ? t('live.proof.first') : undefined}
          >
            {t(live.code ? 'live.proof.another' : 'live.proof.send')}
          </Button>
          {waiting ? (
            <Button
              kind="quiet"
              onClick={() => {
                void run({}).then((fresh) => {
                  if (fresh) onTaken(fresh);
                });
              }}
            >
              {t('live.proof.look')}
            </Button>
          ) : null}
        </>
      }
    >
      <p className={classes['lead']}>{t('live.proof.lead')}</p>
      <TextField
        label={t('live.proof.phone')}
        keys="tel"
        value={phone}
        onChange={(next) => {
          setPhone(next);
          prove.clear();
        }}
      />
      {live.code ? (
        <>
          {whole ? null : (
            <Notice
              tone="info"
              live
              title={t('live.proof.answer', { code: live.code, phone: live.proofPhone })}
            />
          )}
          <FactList
            facts={[
              {
                term: t('live.proof.out'),
                value: t(
                  live.arrived
                    ? 'live.proof.outDone'
                    : live.out
                      ? 'live.proof.outLeft'
                      : 'live.proof.waiting',
                ),
              },
              {
                term: t('live.proof.in'),
                value: live.in ? t('live.proof.inDone') : t('live.proof.waiting'),
              },
            ]}
          />
        </>
      ) : null}
      {prove.error ? <ErrorState error={prove.error} /> : null}
      {look.error ? <ErrorState error={look.error} /> : null}
    </Form>
  );
}
