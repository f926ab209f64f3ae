import { asDoorError } from '../../door/error';
import { useBackupCopies } from '../../door/useBackups';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { Dialog, ErrorState, Notice, Skeleton, useNow } from '../../ui';
import classes from './backups.module.css';

interface Props {
  readonly open: boolean;
  readonly folder: string;
  readonly onClose: () => void;
}

/** The copies that a folder holds, the newest first. */
export function CopiesDialog({ open, folder, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog open={open} onClose={onClose} title={t('backups.copiesTitle')}>
      {open ? (
        <div className={classes['section']}>
          <Copies folder={folder} />
        </div>
      ) : null}
    </Dialog>
  );
}

function Copies({ folder }: { readonly folder: string }) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const { data, error, refetch } = useBackupCopies(folder);
  if (error) return <ErrorState error={asDoorError(error)} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton shape="details" count={3} />;
  return (
    <>
      {data.unreadable > 0 ? (
        <Notice tone="warn" title={t('backups.unreadable', { count: data.unreadable })} />
      ) : null}
      {data.items.length === 0 ? <p>{t('backups.copiesNone')}</p> : null}
      <ul className={classes['copies']}>
        {data.items.map((copy) => (
          <li key={copy.number}>
            <span>{formats.dateTime(copy.made, now)}</span>
            <span className={classes['lead']}>
              {t('backups.copyFiles', { count: copy.attachments })} · {formats.size(copy.bytes)}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
