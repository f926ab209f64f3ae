import { useState } from 'react';
import type { LiveCheck, LiveChecks } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { Actions, Button, ConfirmDialog, ErrorState, Notice } from '../../ui';
import classes from './live.module.css';

interface Props {
  /** The clinic is live. Missing where it is already: then it is only looked. */
  readonly onLive?: () => void;
}

const tones = { good: 'ok', mend: 'stop', unknown: 'info' } as const;

/** All that decides, in one list, and the step itself. */
export function ChecksStep({ onLive }: Props) {
  const t = useWords();
  const [checks, setChecks] = useState<LiveChecks | null>(null);
  const [asking, setAsking] = useState(false);
  const check = useAction('live.check');
  const live = useAction('live.go');
  const look = async () => {
    live.clear();
    const fresh = await check.run({});
    if (fresh) setChecks(fresh);
  };
  const go = async () => {
    const line = await live.run({});
    setAsking(false);
    if (line) onLive?.();
  };
  const why = !checks
    ? t('live.checks.first')
    : checks.open > 0
      ? t('live.checks.mendFirst')
      : undefined;
  return (
    <>
      <p className={classes['lead']}>{t('live.checks.lead')}</p>
      <Actions>
        <Button kind={checks ? 'plain' : 'main'} busy={check.running} onClick={() => look()}>
          {t(checks ? 'live.checks.again' : 'live.checks.run')}
        </Button>
        {onLive ? (
          <Button
            kind={checks?.open === 0 ? 'main' : 'plain'}
            busy={live.running}
            blocked={why}
            onClick={() => {
              if (why === undefined) setAsking(true);
            }}
          >
            {t('live.checks.go')}
          </Button>
        ) : null}
      </Actions>
      {check.error ? <ErrorState error={check.error} /> : null}
      {live.error ? <ErrorState error={live.error} /> : null}
      {checks ? (
        <>
          {onLive || checks.open > 0 ? (
            <Notice
              live
              tone={checks.open === 0 ? 'ok' : 'warn'}
              title={
                checks.open === 0
                  ? t('live.checks.allGood')
                  : t('live.checks.open', { count: checks.open })
              }
            />
          ) : null}
          <ul className={classes['checks']}>
            {checks.items.map((one) => (
              <li key={one.check}>
                <Row check={one} />
              </li>
            ))}
          </ul>
        </>
      ) : null}
      <ConfirmDialog
        open={asking}
        title={t('live.checks.sure')}
        confirm={t('live.checks.go')}
        onConfirm={() => go()}
        onCancel={() => setAsking(false)}
        busy={live.running}
      >
        <p>{t('live.checks.sureBody')}</p>
      </ConfirmDialog>
    </>
  );
}

function Row({ check }: { readonly check: LiveCheck }) {
  const t = useWords();
  const tone = check.state === 'mend' && !check.decides ? 'warn' : tones[check.state];
  return (
    <Notice
      tone={tone}
      title={`${t(`live.check.${check.check}`)}: ${t(`live.state.${check.state}`)}`}
    >
      {check.finding ? (
        <>
          <p>{t(`live.finding.${check.finding}.what`)}</p>
          <p>{t(`live.finding.${check.finding}.next`)}</p>
          <p className={classes['source']}>
            {t('live.checks.source', { source: t(`live.source.${check.source}`) })}
          </p>
        </>
      ) : null}
    </Notice>
  );
}
