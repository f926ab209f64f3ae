import { useEffect, useRef, useState } from 'react';
import type { Exported, Gap } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useExporting } from '../../door/useHealth';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { PlaceField } from '../../terms/PlaceField';
import { Actions, Button, Dialog, DialogForm, Notice, Progress, useNow } from '../../ui';
import classes from './Health.module.css';

interface Props {
  readonly open: boolean;
  readonly suggested: string;
  readonly onClose: () => void;
}

/** Says what readable copies mean, asks where to save them, and tells what was saved. */
export function ExportDialog({ open, suggested, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog open={open} onClose={onClose} title={t('halted.export')}>
      {open ? <Question suggested={suggested} onClose={onClose} /> : null}
    </Dialog>
  );
}

function Question({ suggested, onClose }: Omit<Props, 'open'>) {
  const t = useWords();
  const [folder, setFolder] = useState(suggested);
  const [saved, setSaved] = useState<Exported | null>(null);
  const save = useAction('health.export');
  const stop = useStopOnLeaving(save.running);
  const lacks = folder.trim() === '';
  const submit = async (unnoted: boolean) => {
    if (lacks) return;
    setSaved(await save.run({ folder: folder.trim(), unnoted }));
  };
  if (saved) return <Saved saved={saved} onClose={onClose} />;
  if (save.running) return <Saving onStop={stop} />;
  if (save.error?.code === unnotedCode) {
    return <Unnoted onSave={() => void submit(true)} onClose={onClose} />;
  }
  return (
    <DialogForm
      action={t('halted.save')}
      blocked={lacks ? t('halted.folderFirst') : undefined}
      error={save.error}
      onSubmit={() => submit(false)}
      onCancel={onClose}
    >
      <Notice tone="warn" title={t('halted.exportQuestion')}>
        <p>{t('halted.exportWarn')}</p>
      </Notice>
      <PlaceField
        kind="folder"
        label={t('halted.folder')}
        hint={t('halted.folderHint')}
        value={folder}
        onChange={(value) => {
          setFolder(value);
          save.clear();
        }}
      />
    </DialogForm>
  );
}

/** The error of a saving that nothing on this computer could take a note of. */
const unnotedCode = 'desk.unnoted';

/** Asks, before anything has left, whether to save without a record of it. */
function Unnoted({
  onSave,
  onClose,
}: {
  readonly onSave: () => void;
  readonly onClose: () => void;
}) {
  const t = useWords();
  return (
    <DialogForm
      action={t('halted.unnotedSave')}
      danger
      focusFirst="cancel"
      error={null}
      onSubmit={onSave}
      onCancel={onClose}
    >
      <Notice tone="stop" title={t('halted.unnoted')} live>
        <p>{t('halted.unnotedWhy')}</p>
        <p>{t('halted.unnotedNext')}</p>
      </Notice>
    </DialogForm>
  );
}

/** Ends the saving when whoever began it leaves, and hands out what ends it. */
function useStopOnLeaving(running: boolean): () => void {
  const { run } = useAction('health.stopExport');
  const going = useRef(running);
  useEffect(() => {
    going.current = running;
  }, [running]);
  useEffect(
    () => () => {
      if (going.current) void run({});
    },
    [run],
  );
  return () => void run({});
}

function Saving({ onStop }: { readonly onStop: () => void }) {
  const t = useWords();
  const { data } = useExporting(true);
  const stage = data?.stage ?? 'none';
  return (
    <div className={classes['section']}>
      <p className={classes['lead']}>{t('halted.savingLead')}</p>
      <Progress
        label={t(`halted.stage.${stage}`)}
        done={data?.done ?? 0}
        total={data?.total ?? 0}
      />
      <Actions>
        <Button onClick={onStop}>{t('halted.stopSaving')}</Button>
      </Actions>
    </div>
  );
}

function Saved({ saved, onClose }: { readonly saved: Exported; readonly onClose: () => void }) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const what = formats.list([
    t('halted.savedPatients', { count: saved.patients }),
    t('halted.savedTexts', { count: saved.texts }),
    t('halted.savedConsents', { count: saved.consents }),
    t('halted.savedAttachments', { count: saved.attachments }),
    ...(saved.scans > 0 ? [t('halted.savedScans', { count: saved.scans })] : []),
  ]);
  return (
    <div className={classes['section']}>
      <Notice tone="ok" title={t('halted.saved', { folder: saved.folder })} live>
        <p>{t('halted.holds', { what })}</p>
      </Notice>
      {saved.recorded ? null : (
        <Notice tone="warn" title={t('halted.notRecorded')}>
          <p>{t('halted.notRecordedNext')}</p>
        </Notice>
      )}
      {saved.lostAttachments > 0 ? (
        <Notice tone="warn" title={t('halted.lostAttachments', { count: saved.lostAttachments })}>
          <p>{t('halted.lostWhen')}</p>
          <ul className={classes['gaps']}>
            {saved.lostAt.map((at) => (
              <li key={at}>{formats.dateTime(at, now)}</li>
            ))}
          </ul>
        </Notice>
      ) : null}
      {saved.lostScans > 0 ? (
        <Notice tone="warn" title={t('halted.lostScans', { count: saved.lostScans })}>
          <p>{t('halted.lostScansNext')}</p>
        </Notice>
      ) : null}
      {saved.uncertain > 0 ? (
        <p className={classes['lead']}>{t('halted.uncertain', { count: saved.uncertain })}</p>
      ) : null}
      {saved.unreadable > 0 ? (
        <Notice tone="warn" title={t('halted.unreadable', { count: saved.unreadable })}>
          <ul className={classes['gaps']}>
            {saved.gaps.map((gap) => (
              <GapLine key={`${gap.from}-${gap.until}`} gap={gap} />
            ))}
          </ul>
        </Notice>
      ) : null}
      <Actions>
        <Button kind="main" onClick={onClose}>
          {t('ui.close')}
        </Button>
      </Actions>
    </div>
  );
}

function GapLine({ gap }: { readonly gap: Gap }) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const from = gap.from ? formats.dateTime(gap.from, now) : '';
  const until = gap.until ? formats.dateTime(gap.until, now) : '';
  const when =
    from && until
      ? t('halted.gapBetween', { from, until })
      : from
        ? t('halted.gapAfter', { from })
        : until
          ? t('halted.gapBefore', { until })
          : t('halted.gapUnknown');
  return (
    <li>
      {when} ({formats.number(gap.events)})
    </li>
  );
}
