import { IconDownload, IconPrinter } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useDoor } from '../../door/context';
import { asDoorError, type DoorError } from '../../door/error';
import { saveFile } from '../../door/saveFile';
import { useObjectUrl } from '../../door/usePictures';
import { useWords } from '../../i18n/I18nProvider';
import type { PagePicture } from '../../paper/showPages';
import {
  Actions,
  Button,
  ConfirmDialog,
  DialogForm,
  ErrorState,
  Notice,
  PassphraseField,
  Progress,
  useToast,
} from '../../ui';
import { LeftOut } from './LeftOut';
import { PrintedPages } from './PrintedPages';
import classes from './records.module.css';
import { type ReadyPaper, savePaper } from './usePapers';

interface Props {
  readonly paper: ReadyPaper;
  /** Whether somebody has printed or saved it. */
  readonly kept: boolean;
  readonly onKept: () => void;
  readonly onBack: () => void;
  readonly onClose: () => void;
}

/** What is being printed; a turn of its own each time, so that it can be printed again. */
interface Printing {
  readonly pages: readonly PagePicture[];
  readonly turn: number;
}

/** A paper as it will be, to be printed or saved. */
export function PaperReady({ paper, kept, onKept, onBack, onClose }: Props) {
  const t = useWords();
  const door = useDoor();
  const [printing, setPrinting] = useState<Printing | null>(null);
  const [drawn, setDrawn] = useState<{ done: number; total: number } | null>(null);
  const drawing = useRef<AbortController | null>(null);
  useEffect(() => () => drawing.current?.abort(), []);
  const [saving, setSaving] = useState(false);
  const [password, setPassword] = useState('');
  const [leaving, setLeaving] = useState(false);
  const [error, setError] = useState<DoorError | null>(null);
  const [undrawn, setUndrawn] = useState(false);
  const { part } = paper;
  const bringToPaper = (pages: readonly PagePicture[]) =>
    setPrinting((was) => ({ pages, turn: (was?.turn ?? 0) + 1 }));
  const print = async () => {
    setError(null);
    setUndrawn(false);
    if (paper.shown.length === paper.count) {
      bringToPaper(paper.shown);
      return;
    }
    const control = new AbortController();
    drawing.current = control;
    try {
      const { showPages } = await import('../../paper/showPages');
      const all = await showPages(paper.pages, paper.count, control.signal, (done, total) =>
        setDrawn({ done, total }),
      );
      bringToPaper(all.pages);
    } catch {
      if (!control.signal.aborted) setUndrawn(true);
    } finally {
      setDrawn(null);
    }
  };
  const unprinted = useCallback(() => {
    setPrinting(null);
    setUndrawn(true);
  }, []);
  // All pages are there. That they are printed is put on record before the dialog appears.
  const toPrinter = useCallback(async () => {
    try {
      await door.call('paper.print', { papers: [...paper.keys] });
      window.print();
      onKept();
    } catch (thrown) {
      setPrinting(null);
      setError(asDoorError(thrown));
    }
  }, [door, paper.keys, onKept]);
  // Some web views return from print() while the pages are still being read.
  useEffect(() => {
    const done = () => setPrinting(null);
    window.addEventListener('afterprint', done);
    return () => window.removeEventListener('afterprint', done);
  }, []);
  // A part of a batch that nobody has printed or saved is asked about before the next.
  const goOn = () => {
    if (kept) part?.next?.();
    else setLeaving(true);
  };
  if (drawn) {
    return (
      <div className={classes['column']}>
        <Progress label={t('records.dialog.drawing')} done={drawn.done} total={drawn.total} />
        <Actions>
          <Button onClick={() => drawing.current?.abort()}>{t('records.dialog.stop')}</Button>
        </Actions>
      </div>
    );
  }
  if (saving) {
    return (
      <Saving
        paper={paper}
        password={password}
        onPassword={setPassword}
        onBack={() => setSaving(false)}
        // The next part of a batch is yet to come.
        onSaved={() => {
          onKept();
          setPassword('');
          if (part?.next) setSaving(false);
          else onClose();
        }}
      />
    );
  }
  return (
    <div className={classes['column']}>
      <p className={classes['lead']} role="status">
        {part && part.of > 1
          ? `${t('records.batch.part', { number: part.number, of: part.of })} `
          : ''}
        {t('records.dialog.pages', { count: paper.count })}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
      <ul className={classes['pages']} tabIndex={0}>
        {paper.shown.map((page, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: pages do not move
          <li key={at}>
            <Preview page={page} number={at + 1} of={paper.count} />
          </li>
        ))}
      </ul>
      {paper.shown.length < paper.count ? (
        <p className={classes['lead']}>{t('records.dialog.more', { count: paper.shown.length })}</p>
      ) : null}
      <p className={classes['lead']}>{t('records.dialog.printNote')}</p>
      {part ? <LeftOut left={part.left} /> : null}
      {error ? <ErrorState error={error} /> : null}
      {undrawn ? (
        <Notice tone="stop" title={t('records.dialog.undrawn')} live>
          <p>{t('records.dialog.undrawnNext')}</p>
        </Notice>
      ) : null}
      <Actions>
        <Button
          kind="main"
          focusFirst
          icon={<IconPrinter size="1.125rem" />}
          onClick={() => print()}
        >
          {t('records.dialog.print')}
        </Button>
        <Button icon={<IconDownload size="1.125rem" />} onClick={() => setSaving(true)}>
          {t('records.dialog.save')}
        </Button>
        {part?.next ? (
          <Button onClick={goOn}>
            {t('records.batch.next', { number: part.number + 1, of: part.of })}
          </Button>
        ) : null}
        <Button onClick={onBack}>
          {t(part?.back ? 'records.batch.back' : 'records.dialog.back')}
        </Button>
      </Actions>
      <ConfirmDialog
        open={leaving}
        title={t('records.batch.unkept', { number: part?.number ?? 1 })}
        confirm={t('records.batch.unkeptGo')}
        onConfirm={() => part?.next?.()}
        onCancel={() => setLeaving(false)}
      >
        <p>{t('records.batch.unkeptNext')}</p>
      </ConfirmDialog>
      {printing ? (
        <PrintedPages
          key={printing.turn}
          pages={printing.pages}
          onReady={() => void toPrinter()}
          onFailed={unprinted}
        />
      ) : null}
    </div>
  );
}

function Preview({
  page,
  number,
  of,
}: {
  readonly page: PagePicture;
  readonly number: number;
  readonly of: number;
}) {
  const t = useWords();
  const url = useObjectUrl(page.picture);
  return url ? (
    <img
      className={classes['page']}
      src={url}
      alt={t('records.dialog.page', { page: number, of })}
      loading="lazy"
    />
  ) : null;
}

/** Says what a file means, asks for a password, and has it saved where the person says. */
function Saving({
  paper,
  password,
  onPassword,
  onBack,
  onSaved,
}: {
  readonly paper: ReadyPaper;
  readonly password: string;
  readonly onPassword: (password: string) => void;
  readonly onBack: () => void;
  readonly onSaved: () => void;
}) {
  const t = useWords();
  const door = useDoor();
  const toast = useToast();
  const [error, setError] = useState<DoorError | null>(null);
  const [running, setRunning] = useState(false);
  const save = async () => {
    if (running) return;
    setRunning(true);
    setError(null);
    try {
      const answer = await savePaper(door, paper, password);
      if (answer.address) saveFile(document, answer.address, answer.name);
      if (answer.address || answer.saved) {
        toast({ tone: 'ok', title: t('records.dialog.saved') });
        onSaved();
      }
    } catch (thrown) {
      setError(asDoorError(thrown));
    } finally {
      setRunning(false);
    }
  };
  return (
    <DialogForm
      action={t('records.dialog.save')}
      busy={running}
      error={error}
      onSubmit={() => save()}
      onCancel={onBack}
    >
      <Notice tone="warn" title={t('records.dialog.saveQuestion')}>
        <p>{t('records.dialog.saveWarn')}</p>
      </Notice>
      <PassphraseField
        label={t('records.dialog.password')}
        hint={t('records.dialog.passwordHint')}
        value={password}
        onChange={onPassword}
        optional
      />
    </DialogForm>
  );
}
