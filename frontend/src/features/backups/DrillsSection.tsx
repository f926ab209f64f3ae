import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../../door/context';
import { asDoorError, DoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { backupKeys } from '../../door/keys';
import type { Backups, DrillRow, Drills } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useDrills } from '../../door/useBackups';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import {
  Actions,
  Button,
  ErrorState,
  FactList,
  Notice,
  Progress,
  SelectField,
  Skeleton,
  useNow,
} from '../../ui';
import classes from './backups.module.css';
import { DrillDialog } from './DrillDialog';

/** How often a backup may be restored to try it, in days. */
const everyDays = ['30', '90', '180', '365'] as const;

interface Props {
  readonly backups: Backups;
}

/** Whether the backups bring the clinic back: what trying them came to, and when it is due. */
export function DrillsSection({ backups }: Props) {
  const drills = useDrills();
  if (failed(drills)) {
    return <ErrorState error={asDoorError(drills.error)} onRetry={() => void drills.refetch()} />;
  }
  if (!drills.data) return <Skeleton shape="details" count={2} />;
  return <Known backups={backups} drills={drills.data} />;
}

function Known({ backups, drills }: { readonly backups: Backups; readonly drills: Drills }) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const queries = useQueryClient();
  const mayEdit = useMay('settings.edit');
  const [folder, setFolder] = useState(backups.folders[0]?.folder ?? '');
  const [shown, setShown] = useState('');
  const run = useAction('drill.run');
  const stop = useAction('drill.stop');
  const save = useAction('drill.saveDays');
  const take = (fresh: Drills | null) => {
    if (fresh) queries.setQueryData(backupKeys.drills, fresh);
  };
  const last = drills.items[0];
  const opened = drills.items.find((d) => d.began === shown);
  const working = drills.stage !== 'none';
  const error = run.error ?? stop.error ?? save.error;
  const chosen = backups.folders.some((f) => f.folder === folder)
    ? folder
    : (backups.folders[0]?.folder ?? '');
  return (
    <div className={classes['drills']}>
      <h3 className={classes['heading']}>{t('drills.title')}</h3>
      <p className={classes['lead']}>{t('drills.lead')}</p>
      {drills.overdue && !working ? (
        <Notice tone="warn" title={t('drills.overdue')}>
          <p>{t('drills.overdueNext')}</p>
        </Notice>
      ) : null}
      {last ? <Last drill={last} onShow={() => setShown(last.began)} /> : null}
      <FactList
        facts={[
          ...(last ? [] : [{ term: t('drills.last'), value: t('drills.never') }]),
          {
            term: t('drills.next'),
            value:
              drills.next && new Date(drills.next) > now
                ? formats.dateTime(drills.next, now)
                : t('drills.soon'),
          },
        ]}
      />
      {drills.problem && !working ? (
        <>
          <p className={classes['lead']}>{t('drills.failed')}</p>
          <ErrorState error={new DoorError(drills.problem.code, drills.problem.params)} />
        </>
      ) : null}
      {working ? (
        <Progress
          label={t(`drills.stage.${drills.stage}`)}
          done={drills.done}
          total={drills.total}
        />
      ) : drills.waits ? (
        <p className={classes['lead']}>{t('drills.waits')}</p>
      ) : null}
      {error ? <ErrorState error={error} /> : null}
      {backups.folders.length > 1 && !working ? (
        <SelectField
          label={t('drills.which')}
          value={chosen}
          options={backups.folders.map((f) => ({ value: f.folder, label: f.folder }))}
          onChange={setFolder}
        />
      ) : null}
      <Actions>
        {working || drills.waits ? (
          <Button busy={stop.running} onClick={() => stop.run({}).then(take)}>
            {t('drills.stop')}
          </Button>
        ) : (
          <Button busy={run.running} onClick={() => run.run({ folder: chosen }).then(take)}>
            {t('drills.now')}
          </Button>
        )}
      </Actions>
      {mayEdit ? (
        <SelectField
          label={t('drills.every')}
          value={everyDays.find((d) => d === String(drills.days)) ?? ''}
          options={everyDays.map((days) => ({
            value: days,
            label: t('drills.days', { count: Number(days) }),
          }))}
          onChange={(days) => void save.run({ days: Number(days) }).then(take)}
        />
      ) : null}
      {drills.items.length > 1 ? (
        <ul className={classes['copies']} aria-label={t('drills.earlier')}>
          {drills.items.slice(1).map((drill) => (
            <li key={drill.began}>
              <span>
                {formats.dateTime(drill.ended, now)} · {t(`drills.outcome.${drill.outcome}`)}
              </span>
              <Button kind="quiet" onClick={() => setShown(drill.began)}>
                {t('drills.show')}
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
      <DrillDialog drill={opened} onChange={take} onClose={() => setShown('')} />
    </div>
  );
}

/** What the newest came to. */
function Last({ drill, onShow }: { readonly drill: DrillRow; readonly onShow: () => void }) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const good = drill.outcome === 'good';
  return (
    <Notice
      tone={good ? 'ok' : 'stop'}
      title={t(`drills.outcome.${drill.outcome}`)}
      action={<Button onClick={onShow}>{t('drills.show')}</Button>}
    >
      <p>
        {formats.dateTime(drill.ended, now)} ·{' '}
        {drill.seen.length > 0
          ? t('drills.seenBy', { names: formats.list(drill.seen.map((s) => s.name)) })
          : t('drills.unseen')}
      </p>
    </Notice>
  );
}
