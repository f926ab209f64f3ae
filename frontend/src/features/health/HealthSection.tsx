import { useQueryClient } from '@tanstack/react-query';
import { useMay } from '../../door/context';
import { asDoorError, DoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { healthKeys } from '../../door/keys';
import type { Health, State } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useHealth } from '../../door/useHealth';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import {
  Actions,
  Button,
  ErrorState,
  FactList,
  Notice,
  Progress,
  Skeleton,
  useNow,
} from '../../ui';
import classes from './Health.module.css';
import { LostAttachments } from './LostAttachments';

interface Props {
  /** Takes the state of the program once the clinic is closed for damage. */
  readonly onState: (state: State) => void;
}

/** When all records were last checked, what was found, and what can be done. */
export function HealthSection({ onState }: Props) {
  const health = useHealth();
  if (failed(health)) {
    return <ErrorState error={asDoorError(health.error)} onRetry={() => void health.refetch()} />;
  }
  if (!health.data) return <Skeleton shape="details" count={3} />;
  return <Known health={health.data} onState={onState} />;
}

function Known({ health, onState }: Props & { readonly health: Health }) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const queries = useQueryClient();
  const check = useAction('health.check');
  const stop = useAction('health.cancel');
  const remake = useAction('health.remake');
  const take = (fresh: Health | null) => {
    if (fresh) queries.setQueryData(healthKeys.status, fresh);
  };
  const busy = health.work !== 'none';
  const error = check.error ?? stop.error ?? remake.error;
  return (
    <div className={classes['section']}>
      <p className={classes['lead']}>{t('health.lead')}</p>
      <FactList
        facts={[
          {
            term: t('health.checked'),
            value: health.checked ? formats.dateTime(health.checked, now) : t('health.never'),
          },
          ...(health.checked
            ? [{ term: t('health.result'), value: t(`health.outcome.${health.outcome}`) }]
            : []),
          {
            term: t('health.next'),
            value:
              new Date(health.next) > now ? formats.dateTime(health.next, now) : t('health.soon'),
          },
        ]}
      />
      <Found health={health} onState={onState} />
      {health.lostAttachments > 0 ? <LostAttachments count={health.lostAttachments} /> : null}
      {health.problem && !busy ? (
        <>
          <p className={classes['lead']}>{t('health.failed')}</p>
          <ErrorState error={new DoorError(health.problem.code, health.problem.params)} />
        </>
      ) : null}
      {busy ? (
        <Progress
          label={health.work === 'rebuild' ? t('health.remaking') : t(`health.part.${health.part}`)}
          done={health.done}
          total={health.total}
        />
      ) : null}
      {error ? <ErrorState error={error} /> : null}
      <Actions>
        {health.work === 'check' ? (
          <Button busy={stop.running} onClick={() => stop.run({}).then(take)}>
            {t('health.stopCheck')}
          </Button>
        ) : (
          <Button
            busy={check.running}
            blocked={busy ? t('health.remaking') : undefined}
            onClick={() => check.run({}).then(take)}
          >
            {t('health.checkNow')}
          </Button>
        )}
      </Actions>
      <div className={classes['remake']}>
        <p className={classes['lead']}>{t('health.remakeLead')}</p>
        <Button
          kind="quiet"
          busy={remake.running}
          blocked={health.work === 'rebuild' ? t('health.remaking') : undefined}
          onClick={() => remake.run({}).then(take)}
        >
          {t('health.remake')}
        </Button>
      </div>
      {health.wentOn ? (
        <p className={classes['note']}>
          {t('health.wentOn', { at: formats.dateTime(health.wentOn.at, now) })}
        </p>
      ) : null}
      {health.unopened > 0 ? (
        <p className={classes['note']}>{t('health.unopened', { count: health.unopened })}</p>
      ) : null}
      {health.exported ? (
        <p className={classes['note']}>
          {t('health.exported', { at: formats.dateTime(health.exported, now) })}
        </p>
      ) : null}
    </div>
  );
}

/** Leads to what can be done about damage, for those who may decide it. */
function Closing({ onState }: Props) {
  const t = useWords();
  const close = useAction('health.close');
  if (!useMay('records.export')) return null;
  return (
    <>
      <p>{t('health.recordsClose')}</p>
      <Button
        busy={close.running}
        onClick={() => close.run({}).then((state) => (state ? onState(state) : undefined))}
      >
        {t('health.close')}
      </Button>
      {close.error ? <ErrorState error={close.error} /> : null}
    </>
  );
}

/** What the last check asks for. */
function Found({ health, onState }: Props & { readonly health: Health }) {
  const t = useWords();
  if (health.outcome === 'records') {
    return (
      <Notice tone="stop" title={t('health.outcome.records')}>
        <p>{t('health.recordsNext')}</p>
        {health.faults.some((f) => f.part === 'files' || f.part === 'records') ? (
          <Closing onState={onState} />
        ) : null}
      </Notice>
    );
  }
  if (health.outcome === 'lists') {
    return (
      <Notice tone="warn" title={t('health.outcome.lists')}>
        <p>{t('health.listsNext')}</p>
      </Notice>
    );
  }
  if (health.overdue) {
    return (
      <Notice tone="warn" title={t('health.overdue')}>
        <p>{t('health.overdueNext')}</p>
      </Notice>
    );
  }
  return null;
}
