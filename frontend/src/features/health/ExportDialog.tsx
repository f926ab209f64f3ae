import { useState } from 'react';
import type { Exported, Gap } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { Button, Dialog, ErrorState, Form, Notice, TextField, useNow } from '../../ui';
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
  const lacks = folder.trim() === '';
  const submit = async () => {
    if (lacks) return;
    setSaved(await save.run({ folder: folder.trim() }));
  };
  if (saved) return <Saved saved={saved} onClose={onClose} />;
  return (
    <Form
      onSubmit={() => void submit()}
      actions={
        <>
          <Button
            submit
            kind="main"
            busy={save.running}
            blocked={lacks ? t('halted.folderFirst') : undefined}
          >
            {t('halted.save')}
          </Button>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
        </>
      }
    >
      <Notice tone="warn" title={t('halted.exportQuestion')}>
        <p>{t('halted.exportWarn')}</p>
      </Notice>
      <TextField
        label={t('halted.folder')}
        hint={t('halted.folderHint')}
        value={folder}
        onChange={(value) => {
          setFolder(value);
          save.clear();
        }}
      />
      {save.error ? <ErrorState error={save.error} onRetry={() => void submit()} /> : null}
    </Form>
  );
}

function Saved({ saved, onClose }: { readonly saved: Exported; readonly onClose: () => void }) {
  const t = useWords();
  const formats = useFormats();
  const what = formats.list([
    t('halted.savedPatients', { count: saved.patients }),
    t('halted.savedTexts', { count: saved.texts }),
    t('halted.savedConsents', { count: saved.consents }),
  ]);
  return (
    <div className={classes['section']}>
      <Notice tone="ok" title={t('halted.saved', { folder: saved.folder })} live>
        <p>{t('halted.holds', { what })}</p>
      </Notice>
      {saved.unreadable > 0 ? (
        <Notice tone="warn" title={t('halted.unreadable', { count: saved.unreadable })}>
          <ul className={classes['gaps']}>
            {saved.gaps.map((gap) => (
              <GapLine key={`${gap.from}-${gap.until}`} gap={gap} />
            ))}
          </ul>
        </Notice>
      ) : null}
      {saved.uncertain > 0 ? (
        <p className={classes['lead']}>{t('halted.uncertain', { count: saved.uncertain })}</p>
      ) : null}
      <div className={classes['actions']}>
        <Button kind="main" onClick={onClose}>
          {t('ui.close')}
        </Button>
      </div>
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
