import { useCallback, useEffect, useRef, useState } from 'react';
import { useDoor } from '../../door/context';
import type { Door } from '../../door/door';
import { asDoorError, type DoorError } from '../../door/error';
import { base64 } from '../../door/files';
import { newId } from '../../door/ids';
import { bring } from '../../door/usePictures';
import { useWordsIn } from '../../i18n/I18nProvider';
import type { Language } from '../../i18n/i18n';
import type { Paper, PaperSize, SheetFile } from '../../paper/sheet';
import type { PagePicture } from '../../paper/showPages';
import { PaperError } from '../../paper/trouble';
import { consentPaper } from './consentPaper';
import { formFile, formPaper } from './formPaper';
import { type RegisterFilter, registerPaper, textsPaper } from './listPapers';
import { type BroughtScan, bringScans } from './scans';
import { type Wording, wordingOf } from './wording';

/** What somebody wants on paper. */
export type PaperOrder =
  | { readonly kind: 'consent'; readonly consent: string }
  | { readonly kind: 'form'; readonly patient: string | null }
  | { readonly kind: 'texts'; readonly thread: string }
  | { readonly kind: 'register'; readonly filter: RegisterFilter; readonly initials: boolean }
  | {
      readonly kind: 'batch';
      readonly what: 'forms' | 'consents';
      readonly filter: RegisterFilter;
    };

/** How it is made. */
export interface PaperChoices {
  readonly size: PaperSize;
  readonly language: Language;
  /** The version of a form. */
  readonly form: string;
}

/** Which form fits a patient, for many papers at once. */
export type FormFor = (patient: { language: Language; minor: boolean }) => string;

export interface ReadyPaper {
  readonly keys: readonly string[];
  readonly pdf: Uint8Array;
  /** The pages as the typesetter gave them, how many, and the first as pictures. */
  readonly pages: Uint8Array;
  readonly count: number;
  readonly shown: readonly PagePicture[];
}

/** How many pages are shown before anything is printed. */
const preview = 8;

/** How far it is. */
export type PaperState =
  | { readonly step: 'idle' }
  | {
      readonly step: 'gathering' | 'setting' | 'drawing';
      readonly done: number;
      readonly total: number;
    }
  | { readonly step: 'missing'; readonly letters: readonly string[]; readonly despite: () => void }
  | { readonly step: 'failed' }
  | { readonly step: 'refused'; readonly error: DoorError }
  | { readonly step: 'ready'; readonly paper: ReadyPaper };

/** Makes papers one at a time; leaving the screen stops what is going on. */
export function usePapers() {
  const door = useDoor();
  const wordsIn = useWordsIn();
  const [state, setState] = useState<PaperState>({ step: 'idle' });
  const running = useRef<AbortController | null>(null);

  const stop = useCallback(() => {
    running.current?.abort();
    running.current = null;
    setState({ step: 'idle' });
  }, []);
  useEffect(() => () => running.current?.abort(), []);

  const make = useCallback(
    async (order: PaperOrder, choices: PaperChoices, formFor: FormFor) => {
      running.current?.abort();
      const control = new AbortController();
      running.current = control;
      const { signal } = control;
      const say = (next: PaperState) => {
        if (!signal.aborted) setState(next);
      };
      try {
        say({ step: 'gathering', done: 0, total: 0 });
        const wording = (language: Language, zone: string) =>
          wordingOf(wordsIn(language), language, zone);
        const gathered = await gather(
          door,
          order,
          choices,
          formFor,
          wording,
          signal,
          (done, total) => say({ step: 'gathering', done, total }),
        );
        const set = async (despite: boolean): Promise<void> => {
          say({ step: 'setting', done: 0, total: 0 });
          // Seldom needed and large, so brought only now.
          const { makePaper } = await import('../../paper/makePaper');
          const { showPages } = await import('../../paper/showPages');
          const first = gathered.papers[0]?.blocks[0];
          const sheet = {
            title: first?.kind === 'heading' ? first.text : gathered.clinic,
            author: gathered.clinic,
            size: choices.size,
            papers: gathered.papers,
            files: gathered.files ?? [],
          };
          const made = await makePaper(sheet, despite, signal).catch((thrown: unknown) => {
            // A scan that no drawing comes of must not keep the record from being printed.
            if (!gathered.without || !failed(thrown)) throw thrown;
            return makePaper({ ...sheet, papers: gathered.without, files: [] }, despite, signal);
          });
          const { count, pages: shown } = await showPages(
            made.pages,
            preview,
            signal,
            (done, total) => say({ step: 'drawing', done, total }),
          );
          say({
            step: 'ready',
            paper: {
              keys: gathered.keys,
              // A form that is a file is saved as the file that it is.
              pdf: gathered.asItIs ?? made.pdf,
              pages: made.pages,
              count,
              shown,
            },
          });
        };
        const report = (thrown: unknown) => {
          if (!(thrown instanceof PaperError) || thrown.trouble.kind === 'failed') {
            return say({ step: 'failed' });
          }
          say({
            step: 'missing',
            letters: thrown.trouble.missing,
            despite: () => void set(true).catch(report),
          });
        };
        await set(false).catch(report);
      } catch (thrown) {
        say({ step: 'refused', error: asDoorError(thrown) });
      }
    },
    [door, wordsIn],
  );
  return { state, make, stop };
}

interface Gathered {
  readonly keys: readonly string[];
  readonly clinic: string;
  readonly papers: readonly Paper[];
  readonly files?: readonly SheetFile[];
  /** The same without scans, where there are any. */
  readonly without?: readonly Paper[];
  /** A file that is the paper. */
  readonly asItIs?: Uint8Array;
}

const failed = (thrown: unknown): boolean =>
  thrown instanceof PaperError && thrown.trouble.kind === 'failed';

type WordingIn = (language: Language, zone: string) => Wording;

async function gather(
  door: Door,
  order: PaperOrder,
  { language, form }: PaperChoices,
  formFor: FormFor,
  wording: WordingIn,
  signal: AbortSignal,
  at: (done: number, total: number) => void,
): Promise<Gathered> {
  const key = newId();
  switch (order.kind) {
    case 'consent': {
      const c = await door.call('paper.consent', { key, id: order.consent }, signal);
      const w = wording(language, c.head.zone);
      const scans = await bringScans(door, c.scans, signal);
      const files = scans.flatMap((scan) => scan.file ?? []);
      return {
        ...one(c.head.clinic, key, consentPaper(w, c, scans)),
        ...(files.length > 0 ? { files, without: [consentPaper(w, c, scans.map(undrawn))] } : {}),
      };
    }
    case 'form': {
      const patient = order.patient ?? '';
      const f = await door.call('paper.form', { key, form, patient }, signal);
      const w = wording(f.form.language, f.head.zone);
      if (f.form.pages === 0) return one(f.head.clinic, key, formPaper(w, f));
      const content = await bringForm(door, form, signal);
      return {
        ...one(f.head.clinic, key, formFile(w, f, 0)),
        files: [{ format: 'pdf', content }],
        asItIs: content,
      };
    }
    case 'texts': {
      const asked = { key, thread: order.thread, from: '', until: '' };
      const p = await door.call('paper.texts', asked, signal);
      return one(p.head.clinic, key, textsPaper(wording(language, p.head.zone), p));
    }
    case 'register': {
      const p = await door.call('paper.register', { key, ...order.filter }, signal);
      const w = wording(language, p.head.zone);
      return one(p.head.clinic, key, registerPaper(w, p, order.filter, order.initials));
    }
    case 'batch': {
      const list = await door.call('paper.register', { key, ...order.filter }, signal);
      const rows = order.what === 'forms' ? list.rows : list.rows.filter((row) => row.consent);
      const keys: string[] = [];
      const papers: Paper[] = [];
      // A form that is a file is brought once for all who get it.
      const files: SheetFile[] = [];
      const fileOf = new Map<string, number>();
      for (const row of rows) {
        at(papers.length, rows.length);
        const own = newId();
        if (order.what === 'forms') {
          const asked = { key: own, form: formFor(row), patient: row.patient };
          const f = await door.call('paper.form', asked, signal);
          const w = wording(f.form.language, f.head.zone);
          if (f.form.pages === 0) {
            papers.push(formPaper(w, f));
          } else {
            let file = fileOf.get(f.form.version);
            if (file === undefined) {
              const content = await bringForm(door, f.form.version, signal);
              file = files.push({ format: 'pdf', content }) - 1;
              fileOf.set(f.form.version, file);
            }
            papers.push(formFile(w, f, file));
          }
        } else {
          const c = await door.call('paper.consent', { key: own, id: row.consent }, signal);
          papers.push(consentPaper(wording(language, c.head.zone), c, c.scans.map(named)));
        }
        keys.push(own);
      }
      return { keys: keys.length > 0 ? keys : [key], clinic: list.head.clinic, papers, files };
    }
  }
}

const one = (clinic: string, key: string, paper: Paper): Gathered => ({
  keys: [key],
  clinic,
  papers: [paper],
});

/** How many bytes of a file go through a door at once. */
const part = 384 * 1024;

/** Many records at once name their scans and do not show them. */
const named = (row: BroughtScan['row']): BroughtScan => ({ row, file: null, trouble: '' });
const undrawn = ({ row, trouble }: BroughtScan): BroughtScan => ({
  row,
  file: null,
  trouble: trouble || 'notDrawn',
});

async function bringForm(door: Door, version: string, signal: AbortSignal): Promise<Uint8Array> {
  const { address } = await door.call('form.open', { version, patient: '' }, signal);
  return new Uint8Array(await (await bring(address, signal)).arrayBuffer());
}

/** Hands a file to the program in parts, which finishes and saves it. */
export async function savePaper(door: Door, paper: ReadyPaper, password: string) {
  const key = paper.keys[0] ?? '';
  for (let at = 0; at < paper.pdf.length; at += part) {
    await door.call('paper.part', { key, at, data: base64(paper.pdf.subarray(at, at + part)) });
  }
  return door.call('paper.save', { papers: [...paper.keys], password });
}
