import { useState } from 'react';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { useFinder, usePatient } from '../../door/usePatients';
import { useWords } from '../../i18n/I18nProvider';
import { badgeOfStanding } from '../../terms/standing';
import { Button, ConsentBadge, Dialog, ErrorState, SearchField, Skeleton } from '../../ui';
import { CallerCard } from './CallerCard';
import classes from './caller.module.css';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
  /** Opens the conversation of whoever calls. */
  readonly onThread: (thread: string) => void;
}

/** Somebody calls: found by the last digits or two letters, while she speaks. */
export function CallerDialog({ open, onClose, onThread }: Props) {
  const t = useWords();
  const [who, setWho] = useState('');
  const close = () => {
    setWho('');
    onClose();
  };
  return (
    <Dialog open={open} onClose={close} title={t('caller.title')}>
      {!open ? null : who ? (
        <Caller id={who} onThread={onThread} onOther={() => setWho('')} onClose={close} />
      ) : (
        <Finder onFound={setWho} />
      )}
    </Dialog>
  );
}

function Finder({ onFound }: { readonly onFound: (id: string) => void }) {
  const t = useWords();
  const [search, setSearch] = useState('');
  const found = useFinder(search, 2);
  return (
    <div className={classes['caller']}>
      <SearchField
        autoFocus
        label={t('caller.search')}
        value={search}
        onChange={setSearch}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && found.sure) {
            event.preventDefault();
            onFound(found.sure.id);
          }
        }}
      />
      {found.error ? (
        <ErrorState error={asDoorError(found.error)} onRetry={found.again} />
      ) : found.nobody ? (
        <p>{t('caller.nobody')}</p>
      ) : (
        <ul className={classes['found']}>
          {found.rows.map((row) => (
            <li key={row.id}>
              <Button kind="quiet" onClick={() => onFound(row.id)}>
                <span dir="auto">{row.name}</span> {row.phone}
              </Button>
              <ConsentBadge state={badgeOfStanding(row.standing)} />
            </li>
          ))}
        </ul>
      )}
      <p className={classes['note']}>{t('caller.hint')}</p>
    </div>
  );
}

interface CallerProps {
  readonly id: string;
  readonly onThread: (thread: string) => void;
  readonly onOther: () => void;
  readonly onClose: () => void;
}

function Caller({ id, onThread, onOther, onClose }: CallerProps) {
  const patient = usePatient(id);
  if (failed(patient)) {
    return <ErrorState error={asDoorError(patient.error)} onRetry={() => void patient.refetch()} />;
  }
  if (!patient.data) return <Skeleton shape="rows" count={4} />;
  return (
    <CallerCard
      card={patient.data}
      onThread={(thread) => {
        onClose();
        onThread(thread);
      }}
      onOther={onOther}
    />
  );
}
