import { useState } from 'react';
import { useDoor } from '../../door/context';
import { asDoorError, type DoorError } from '../../door/error';
import { bringFile } from '../../door/files';
import { useWords } from '../../i18n/I18nProvider';
import { Dialog, DialogForm, FileField, useToast } from '../../ui';
import { scanTypes } from './scans';
import { useConsentRefresh } from './useConsentRefresh';

interface Props {
  /** The consent that gets a scan; closed while null. */
  readonly consent: string | null;
  readonly onClose: () => void;
}

/** Adds a scan or photograph to a consent that was recorded from paper. */
export function AddScanDialog({ consent, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog open={consent !== null} onClose={onClose} title={t('paper.scan.add')}>
      {consent ? <Adding consent={consent} onClose={onClose} /> : null}
    </Dialog>
  );
}

function Adding({ consent, onClose }: { readonly consent: string; readonly onClose: () => void }) {
  const t = useWords();
  const door = useDoor();
  const toast = useToast();
  const refresh = useConsentRefresh();
  const [file, setFile] = useState<File | null>(null);
  const [tried, setTried] = useState(false);
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<DoorError | null>(null);
  const submit = async () => {
    setTried(true);
    if (!file || running) return;
    setRunning(true);
    setError(null);
    try {
      await door.call('scan.add', { key: await bringFile(door, file), consent });
      await refresh();
      toast({ tone: 'ok', title: t('paper.scan.added') });
      onClose();
    } catch (thrown) {
      setError(asDoorError(thrown));
    } finally {
      setRunning(false);
    }
  };
  return (
    <DialogForm
      action={t('paper.scan.keep')}
      busy={running}
      error={error}
      onSubmit={() => submit()}
      onCancel={onClose}
    >
      <FileField
        label={t('paper.scan.field')}
        hint={t('paper.scan.hint')}
        accept={scanTypes}
        value={file}
        error={tried && !file ? t('paper.scan.first') : undefined}
        onChange={(next) => {
          setFile(next);
          setError(null);
        }}
      />
    </DialogForm>
  );
}
