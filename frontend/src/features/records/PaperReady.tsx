import { IconDownload, IconPrinter } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useDoor } from '../../door/context';
import { asDoorError, type DoorError } from '../../door/error';
import { saveFile } from '../../door/saveFile';
import { useObjectUrl } from '../../door/usePictures';
import { useWords } from '../../i18n/I18nProvider';
import type { PagePicture } from '../../paper/showPages';
import { Button, ErrorState, Form, Notice, PassphraseField, Progress, useToast } from '../../ui';
import { PrintedPages } from './PrintedPages';
import classes from './records.module.css';
import { type ReadyPaper, savePaper } from './usePapers';

interface Props {
  readonly paper: ReadyPaper;
  readonly onBack: () => void;
  readonly onClose: () => void;
}

/** A paper as it will be, to be printed or saved. */
export function PaperReady({ paper, onBack, onClose }: Props) {
  const t = useWords();
  const door = useDoor();
  const [printing, setPrinting] = useState<readonly PagePicture[] | null>(null);
  const [drawn, setDrawn] = useState<{ done: number; total: number } | null>(null);
  const drawing = useRef<AbortController | null>(null);
  useEffect(() => () => drawing.current?.abort(), []);
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<DoorError | null>(null);
  const print = async () => {
    setError(null);
    try {
      await door.call('paper.print', { papers: [...paper.keys] });
    } catch (thrown) {
      setError(asDoorError(thrown));
      return;
    }
    if (paper.shown.length === paper.count) {
      setPrinting(paper.shown);
      return;
    }
    const control = new AbortController();
    drawing.current = control;
    try {
      const { showPages } = await import('../../paper/showPages');
      const all = await showPages(paper.pages, paper.count, control.signal, (done, total) =>
        setDrawn({ done, total }),
      );
      setPrinting(all.pages);
    } catch {
      // It was stopped, or the memory does not suffice: the file can still be saved.
    } finally {
      setDrawn(null);
    }
  };
  const toPrinter = useCallback(() => {
    window.print();
    setPrinting(null);
  }, []);
  if (drawn) {
    return (
      <div className={classes['column']}>
        <Progress label={t('records.dialog.drawing')} done={drawn.done} total={drawn.total} />
        <div className={classes['actions']}>
          <Button onClick={() => drawing.current?.abort()}>{t('records.dialog.stop')}</Button>
        </div>
      </div>
    );
  }
  if (saving) return <Saving paper={paper} onBack={() => setSaving(false)} onSaved={onClose} />;
  return (
    <div className={classes['column']}>
      <p className={classes['lead']} role="status">
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
      {error ? <ErrorState error={error} /> : null}
      <div className={classes['actions']}>
        <Button
          kind="main"
          focusFirst
          icon={<IconPrinter size="1.125rem" />}
          onClick={() => void print()}
        >
          {t('records.dialog.print')}
        </Button>
        <Button icon={<IconDownload size="1.125rem" />} onClick={() => setSaving(true)}>
          {t('records.dialog.save')}
        </Button>
        <Button onClick={onBack}>{t('records.dialog.back')}</Button>
      </div>
      {printing ? <PrintedPages pages={printing} onReady={toPrinter} /> : null}
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
  onBack,
  onSaved,
}: {
  readonly paper: ReadyPaper;
  readonly onBack: () => void;
  readonly onSaved: () => void;
}) {
  const t = useWords();
  const door = useDoor();
  const toast = useToast();
  const [password, setPassword] = useState('');
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
    <Form
      onSubmit={() => void save()}
      actions={
        <>
          <Button submit kind="main" busy={running}>
            {t('records.dialog.save')}
          </Button>
          <Button onClick={onBack}>{t('ui.cancel')}</Button>
        </>
      }
    >
      <Notice tone="warn" title={t('records.dialog.saveQuestion')}>
        <p>{t('records.dialog.saveWarn')}</p>
      </Notice>
      <PassphraseField
        label={t('records.dialog.password')}
        hint={t('records.dialog.passwordHint')}
        value={password}
        onChange={setPassword}
        optional
      />
      {error ? <ErrorState error={error} /> : null}
    </Form>
  );
}
