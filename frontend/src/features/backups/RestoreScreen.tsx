import { useState } from 'react';
import type { BackupCopies, RestoredClinic, Restoring } from '../../door/shapes';
import { type Action, useAction } from '../../door/useAction';
import { useRestoring } from '../../door/useBackups';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { PlaceField } from '../../terms/PlaceField';
import {
  Actions,
  Button,
  ErrorState,
  LanguageSwitch,
  LockScreen,
  Notice,
  Progress,
  SchemeSwitch,
  SelectField,
  StepForm,
  TextField,
  useFocusStart,
  useNow,
} from '../../ui';
import classes from './backups.module.css';

interface Props {
  readonly onBack: () => void;
  /** The clinic is there. The words open it as well. */
  readonly onDone: (words: string) => void;
}

/** Brings a clinic back: the disk and the sheet, which copy, and then patience. */
export default function RestoreScreen({ onBack, onDone }: Props) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const [folder, setFolder] = useState('');
  const [words, setWords] = useState('');
  // Of an older sheet, where a copy asks for it.
  const [left, setLeft] = useState('');
  const [copies, setCopies] = useState<BackupCopies | null>(null);
  const [done, setDone] = useState<RestoredClinic | null>(null);
  const look = useAction('restore.open');
  const restore = useAction('restore.run');
  const { data: progress } = useRestoring();
  // Also one that an earlier look of this window has begun.
  const running = restore.running || (!done && progress !== undefined && progress.stage !== 'none');
  const step = done ? 'done' : running ? 'running' : copies ? 'which' : 'first';
  useFocusStart(step, step === 'first' ? 'field' : 'heading');
  const run = async (number: number) => {
    setDone(await restore.run({ folder: folder.trim(), words, leftWords: left, number }));
  };
  const title = {
    first: t('restore.title'),
    which: t('restore.whichTitle'),
    running: t('restore.runningTitle'),
    done: t('restore.doneTitle'),
  }[step];
  const lead = {
    first: t('restore.lead'),
    which: t('restore.whichLead'),
    running: t('restore.runningLead'),
    done: t('restore.doneLead', { date: done ? formats.dateTime(done.made, now) : '' }),
  }[step];
  return (
    <LockScreen
      title={title}
      lead={lead}
      foot={
        <>
          <LanguageSwitch />
          <SchemeSwitch />
        </>
      }
    >
      {done ? (
        <Done done={done} onOpen={() => onDone(left.trim() === '' ? words : left)} />
      ) : running ? (
        <Running progress={progress} />
      ) : copies ? (
        <Which
          copies={copies}
          restore={restore}
          left={left}
          onLeft={setLeft}
          onRun={(number) => void run(number)}
          onBack={() => {
            restore.clear();
            setLeft('');
            setCopies(null);
          }}
        />
      ) : (
        <Sources
          folder={folder}
          words={words}
          look={look}
          onFolder={setFolder}
          onWords={setWords}
          onCopies={setCopies}
          onBack={onBack}
        />
      )}
    </LockScreen>
  );
}

interface SourcesProps {
  readonly folder: string;
  readonly words: string;
  readonly look: Action<'restore.open'>;
  readonly onFolder: (folder: string) => void;
  readonly onWords: (words: string) => void;
  readonly onCopies: (copies: BackupCopies) => void;
  readonly onBack: () => void;
}

function Sources({ folder, words, look, onFolder, onWords, onCopies, onBack }: SourcesProps) {
  const t = useWords();
  const ready = folder.trim() !== '' && words.trim() !== '';
  const submit = async () => {
    if (!ready) return;
    const found = await look.run({ folder: folder.trim(), words });
    if (found) onCopies(found);
  };
  return (
    <StepForm
      action={t('restore.look')}
      busy={look.running}
      blocked={ready ? undefined : t('restore.first')}
      error={look.error}
      onSubmit={() => submit()}
      onBack={onBack}
    >
      <PlaceField
        autoFocus
        kind="folder"
        label={t('backups.folder')}
        hint={t('backups.folderHint')}
        value={folder}
        onChange={(value) => {
          onFolder(value);
          look.clear();
        }}
      />
      <TextField
        long
        label={t('restore.words')}
        hint={t('restore.wordsHint')}
        value={words}
        onChange={(value) => {
          onWords(value);
          look.clear();
        }}
      />
    </StepForm>
  );
}

interface WhichProps {
  readonly copies: BackupCopies;
  readonly restore: Action<'restore.run'>;
  /** The words of an older sheet. */
  readonly left: string;
  readonly onLeft: (words: string) => void;
  readonly onRun: (number: number) => void;
  readonly onBack: () => void;
}

function Which({ copies, restore, left, onLeft, onRun, onBack }: WhichProps) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const [chosen, setChosen] = useState(String(copies.items[0]?.number ?? ''));
  const submit = () => {
    if (chosen !== '') onRun(Number(chosen));
  };
  return (
    <StepForm
      action={t('restore.run')}
      blocked={chosen === '' ? t('backups.copiesNone') : undefined}
      error={restore.error?.code === 'app.cancelled' ? null : restore.error}
      onSubmit={submit}
      onBack={onBack}
    >
      {copies.unreadable > 0 ? (
        <Notice tone="warn" title={t('backups.unreadable', { count: copies.unreadable })} />
      ) : null}
      {copies.items.length === 0 ? (
        <p>{t('backups.copiesNone')}</p>
      ) : (
        <SelectField
          label={t('restore.which')}
          value={chosen}
          options={copies.items.map((copy, i) => ({
            value: String(copy.number),
            label:
              i === 0
                ? `${formats.dateTime(copy.made, now)} · ${t('restore.newest')}`
                : formats.dateTime(copy.made, now),
          }))}
          onChange={setChosen}
        />
      )}
      {left !== '' || restore.error?.code === 'folder.other_sheet' ? (
        <TextField
          long
          label={t('restore.leftWords')}
          hint={t('restore.wordsHint')}
          value={left}
          onChange={onLeft}
        />
      ) : null}
      {restore.error?.code === 'app.cancelled' ? (
        <Notice tone="info" title={t('restore.stopped')} live>
          <p>{t('restore.stoppedNext')}</p>
        </Notice>
      ) : null}
    </StepForm>
  );
}

function Running({ progress }: { readonly progress: Restoring | undefined }) {
  const t = useWords();
  const stop = useAction('restore.stop');
  const seconds = progress?.seconds ?? 0;
  return (
    <div className={classes['section']}>
      <Progress
        label={t(`restore.stage.${progress?.stage ?? 'none'}`)}
        done={progress?.done ?? 0}
        total={progress?.total ?? 0}
      />
      {seconds > 0 ? (
        <p className={classes['lead']}>
          {seconds < 60
            ? t('restore.leftLess')
            : t('restore.left', { count: Math.ceil(seconds / 60) })}
        </p>
      ) : null}
      {stop.error ? <ErrorState error={stop.error} /> : null}
      <Actions>
        <Button busy={stop.running} onClick={() => stop.run({})}>
          {t('restore.stop')}
        </Button>
      </Actions>
    </div>
  );
}

function Done({ done, onOpen }: { readonly done: RestoredClinic; readonly onOpen: () => void }) {
  const t = useWords();
  return (
    <div className={classes['section']}>
      {done.lost > 0 ? (
        <Notice tone="warn" title={t('restore.lost', { count: done.lost })}>
          <p>{t('restore.lostNext')}</p>
        </Notice>
      ) : null}
      <p className={classes['lead']}>{t('restore.doneNext')}</p>
      <Actions>
        <Button kind="main" size="md" onClick={onOpen}>
          {t('restore.open')}
        </Button>
      </Actions>
    </div>
  );
}
