import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../door/context';
import type { ConsentRow, ScanRow } from '../../door/shapes';
import { errorWords } from '../../i18n/errors';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { Button, FileTile, useNow } from '../../ui';
import { AddScanDialog } from './AddScanDialog';
import { ScanDialog } from './ScanDialog';

interface Props {
  readonly consent: ConsentRow;
}

/** The scans of a paper that was signed, and the way to add one. */
export function ScanList({ consent }: Props) {
  const t = useWords();
  const mayRecord = useMay('consent.record');
  const [open, setOpen] = useState<ScanRow | null>(null);
  const [adding, setAdding] = useState(false);
  if (consent.way !== 'paper') return null;
  return (
    <>
      {consent.scans.map((scan) => (
        <Tile key={scan.id} scan={scan} onOpen={() => setOpen(scan)} />
      ))}
      {mayRecord ? (
        <div>
          <Button onClick={() => setAdding(true)}>{t('paper.scan.add')}</Button>
        </div>
      ) : null}
      <ScanDialog scan={open} onClose={() => setOpen(null)} />
      <AddScanDialog consent={adding ? consent.id : null} onClose={() => setAdding(false)} />
    </>
  );
}

function Tile({ scan, onOpen }: { readonly scan: ScanRow; readonly onOpen: () => void }) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const { i18n } = useTranslation();
  if (scan.problem) {
    const words = errorWords(i18n, formats, { ...scan.problem, retry: false }, now);
    return (
      <FileTile kind="lost" title={words.what} detail={t('paper.scan.lostNext')}>
        <Button onClick={onOpen}>{t('paper.scan.open')}</Button>
      </FileTile>
    );
  }
  return (
    <FileTile
      kind={scan.format === 'PDF' ? 'paper' : 'picture'}
      title={t('paper.scan.title')}
      detail={[
        scan.format,
        t('paper.scan.pages', { count: scan.pages }),
        formats.size(scan.bytes),
        formats.timeOrDay(scan.at, now),
        scan.by,
      ]
        .filter(Boolean)
        .join(' · ')}
    >
      <Button onClick={onOpen}>{t('paper.scan.open')}</Button>
    </FileTile>
  );
}
