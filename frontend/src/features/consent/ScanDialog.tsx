import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useDoor, useMay } from '../../door/context';
import { asDoorError } from '../../door/error';
import { scanKeys } from '../../door/keys';
import type { ScanRow } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { bring } from '../../door/usePictures';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { PaperError } from '../../paper/trouble';
import {
  Button,
  ConfirmDialog,
  Dialog,
  ErrorState,
  Notice,
  Skeleton,
  useNow,
  useToast,
} from '../../ui';
import { PagePictures } from './PagePictures';
import classes from './ScanDialog.module.css';
import { useConsentRefresh } from './useConsentRefresh';

interface Props {
  /** The scan that is looked at; closed while null. */
  readonly scan: ScanRow | null;
  readonly onClose: () => void;
}

/** The pages of a scan, read by a person. */
export function ScanDialog({ scan, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog open={scan !== null} onClose={onClose} title={t('paper.scan.title')} width="lg">
      {scan ? <Pages scan={scan} onClose={onClose} /> : null}
    </Dialog>
  );
}

/** Brings a scan and draws its pages. Asking for it is on record each time. */
function useScan(id: string) {
  const door = useDoor();
  return useQuery({
    queryKey: scanKeys.open(id),
    queryFn: async ({ signal }): Promise<readonly Blob[] | null> => {
      const opened = await door.call('scan.open', { id }, signal);
      const content = await bring(opened.address, signal);
      if (opened.format !== 'PDF') return [content];
      // Large, and seldom needed.
      const { showFile } = await import('../../paper/showFile');
      const bytes = new Uint8Array(await content.arrayBuffer());
      try {
        return (await showFile(bytes, opened.pages, signal)).map(({ picture }) => picture);
      } catch (thrown) {
        if (thrown instanceof PaperError) return null;
        throw thrown;
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
}

function Pages({ scan, onClose }: { readonly scan: ScanRow; readonly onClose: () => void }) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const toast = useToast();
  const mayRecord = useMay('consent.record');
  const pages = useScan(scan.id);
  const aside = useAction('scan.putAside');
  const refresh = useConsentRefresh();
  const [asking, setAsking] = useState(false);
  const putAside = async () => {
    if (!(await aside.run({ id: scan.id }))) return;
    await refresh();
    toast({ tone: 'ok', title: t('paper.scan.asideDone') });
    onClose();
  };
  return (
    <div className={classes['column']}>
      <p className={classes['lead']}>
        {t('paper.scan.addedBy', { date: formats.timeOrDay(scan.at, now), name: scan.by })}
      </p>
      {pages.error ? (
        <ErrorState error={asDoorError(pages.error)} onRetry={() => void pages.refetch()} />
      ) : pages.data === null ? (
        <Notice tone="warn" title={t('paper.scan.notDrawn')} live>
          <p>{t('paper.scan.notDrawnNext')}</p>
        </Notice>
      ) : pages.data ? (
        <PagePictures
          pictures={pages.data}
          label={(page, of) => t('paper.scan.page', { page, of })}
        />
      ) : (
        <Skeleton shape="details" count={3} />
      )}
      {mayRecord ? (
        <div>
          <Button onClick={() => setAsking(true)}>{t('paper.scan.aside')}</Button>
        </div>
      ) : null}
      <ConfirmDialog
        open={asking}
        title={t('paper.scan.asideQuestion')}
        confirm={t('paper.scan.aside')}
        busy={aside.running}
        onConfirm={() => putAside()}
        onCancel={() => setAsking(false)}
      >
        <p>{t('paper.scan.asideWhat')}</p>
        {aside.error ? <ErrorState error={aside.error} /> : null}
      </ConfirmDialog>
    </div>
  );
}
