import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../../door/context';
import { asDoorError, DoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { backupKeys } from '../../door/keys';
import type { BackupPlace, Backups } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useBackups } from '../../door/useBackups';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import {
  Actions,
  Button,
  ConfirmDialog,
  ErrorState,
  FactList,
  Notice,
  Progress,
  Skeleton,
  useNow,
} from '../../ui';
import { AddFolderDialog } from './AddFolderDialog';
import classes from './backups.module.css';
import { CopiesDialog } from './CopiesDialog';
import { DrillsSection } from './DrillsSection';
import { RejoinDialog } from './RejoinDialog';

/** Where the clinic is copied to, how that stands, and what can be done. */
export function BackupsSection() {
  const backups = useBackups();
  if (failed(backups)) {
    return <ErrorState error={asDoorError(backups.error)} onRetry={() => void backups.refetch()} />;
  }
  if (!backups.data) return <Skeleton shape="details" count={2} />;
  return <Known backups={backups.data} />;
}

function Known({ backups }: { readonly backups: Backups }) {
  const t = useWords();
  const queries = useQueryClient();
  const mayEdit = useMay('settings.edit');
  const [adding, setAdding] = useState(false);
  const run = useAction('backup.run');
  const take = (fresh: Backups | null) => {
    if (fresh) queries.setQueryData(backupKeys.status, fresh);
  };
  const none = backups.folders.length === 0;
  const working = backups.stage !== 'none';
  return (
    <div className={classes['section']}>
      <p className={classes['lead']}>{t('backups.lead')}</p>
      {none ? (
        <Notice tone="warn" title={t('backups.none')}>
          <p>{t('backups.noneNext')}</p>
        </Notice>
      ) : (
        <ul className={classes['places']}>
          {backups.folders.map((place) => (
            <Place key={place.folder} place={place} mayEdit={mayEdit} onChange={take} />
          ))}
        </ul>
      )}
      {working ? (
        <Progress
          label={t(`backups.stage.${backups.stage}`)}
          done={backups.done}
          total={backups.total}
        />
      ) : null}
      {backups.problem && !working ? (
        <>
          <p className={classes['lead']}>{t('backups.failed')}</p>
          <ErrorState error={new DoorError(backups.problem.code, backups.problem.params)} />
        </>
      ) : null}
      {run.error ? <ErrorState error={run.error} /> : null}
      <Actions>
        {none ? null : (
          <Button
            busy={run.running}
            blocked={working ? t('backups.working') : undefined}
            onClick={() => run.run({}).then(take)}
          >
            {t('backups.now')}
          </Button>
        )}
        {mayEdit && backups.room ? (
          <Button kind={none ? 'main' : 'quiet'} onClick={() => setAdding(true)}>
            {t('backups.add')}
          </Button>
        ) : null}
      </Actions>
      {none ? null : <DrillsSection backups={backups} />}
      <AddFolderDialog open={adding} onAdded={take} onClose={() => setAdding(false)} />
    </div>
  );
}

interface PlaceProps {
  readonly place: BackupPlace;
  readonly mayEdit: boolean;
  readonly onChange: (fresh: Backups | null) => void;
}

function Place({ place, mayEdit, onChange }: PlaceProps) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const [looking, setLooking] = useState(false);
  const [removing, setRemoving] = useState(false);
  const [rejoining, setRejoining] = useState(false);
  const remove = useAction('backup.remove');
  const submit = async () => {
    const fresh = await remove.run({ folder: place.folder });
    setRemoving(false);
    onChange(fresh);
  };
  return (
    <li className={classes['place']}>
      <p className={classes['path']}>{place.folder}</p>
      <FactList
        facts={[
          {
            term: t('backups.newest'),
            value: place.newest ? formats.dateTime(place.newest, now) : t('backups.never'),
          },
        ]}
      />
      {place.newest && place.late ? <p className={classes['lead']}>{t('backups.late')}</p> : null}
      {place.problem ? (
        <ErrorState error={new DoorError(place.problem.code, place.problem.params)} />
      ) : null}
      {remove.error ? <ErrorState error={remove.error} /> : null}
      <Actions>
        <Button onClick={() => setLooking(true)}>{t('backups.copies')}</Button>
        {mayEdit && place.problem?.code === 'backup.other_copy' ? (
          <Button onClick={() => setRejoining(true)}>{t('backups.rejoin')}</Button>
        ) : null}
        {mayEdit ? (
          <Button kind="quiet" onClick={() => setRemoving(true)}>
            {t('backups.remove')}
          </Button>
        ) : null}
      </Actions>
      <CopiesDialog open={looking} folder={place.folder} onClose={() => setLooking(false)} />
      <RejoinDialog
        open={rejoining}
        folder={place.folder}
        onDone={onChange}
        onClose={() => setRejoining(false)}
      />
      <ConfirmDialog
        open={removing}
        title={t('backups.removeTitle')}
        confirm={t('backups.remove')}
        onConfirm={() => submit()}
        onCancel={() => setRemoving(false)}
        busy={remove.running}
      >
        <p>{t('backups.removeBody')}</p>
      </ConfirmDialog>
    </li>
  );
}
