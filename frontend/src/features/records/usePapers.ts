import { useCallback, useEffect, useRef, useState } from 'react';
import { useDoor } from '../../door/context';
import type { Door } from '../../door/door';
import { asDoorError, type DoorError } from '../../door/error';
import { newId } from '../../door/ids';
import { useWordsIn } from '../../i18n/I18nProvider';
import type { Language } from '../../i18n/i18n';
import type { Paper, PaperSize } from '../../paper/sheet';
import type { PagePicture } from '../../paper/showPages';
import { PaperError } from '../../paper/trouble';
import { consentPaper } from './consentPaper';
import { formPaper } from './formPaper';
import { type RegisterFilter, registerPaper, textsPaper } from './listPapers';
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
          };
          const made = await makePaper(sheet, despite, signal);
          const { count, pages: shown } = await showPages(
            made.pages,
            preview,
            signal,
            (done, total) => say({ step: 'drawing', done, total }),
          );
          say({
            step: 'ready',
            paper: { keys: gathered.keys, pdf: made.pdf, pages: made.pages, count, shown },
          });
        };
        const report = (thrown: unknown) => {
          if (!(thrown instanceof PaperError)) return say({ step: 'failed' });
          if (thrown.trouble.kind === 'failed') return say({ step: 'failed' });
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
}

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
      return one(c.head.clinic, key, consentPaper(wording(language, c.head.zone), c));
    }
    case 'form': {
      const patient = order.patient ?? '';
      const f = await door.call('paper.form', { key, form, patient }, signal);
      return one(f.head.clinic, key, formPaper(wording(f.form.language, f.head.zone), f));
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
      for (const row of rows) {
        at(papers.length, rows.length);
        const own = newId();
        if (order.what === 'forms') {
          const asked = { key: own, form: formFor(row), patient: row.patient };
          const f = await door.call('paper.form', asked, signal);
          papers.push(formPaper(wording(f.form.language, f.head.zone), f));
        } else {
          const c = await door.call('paper.consent', { key: own, id: row.consent }, signal);
          papers.push(consentPaper(wording(language, c.head.zone), c));
        }
        keys.push(own);
      }
      return { keys: keys.length > 0 ? keys : [key], clinic: list.head.clinic, papers };
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

/** Hands a file to the program in parts, which finishes and saves it. */
export async function savePaper(door: Door, paper: ReadyPaper, password: string) {
  const key = paper.keys[0] ?? '';
  for (let at = 0; at < paper.pdf.length; at += part) {
    await door.call('paper.part', { key, at, data: base64(paper.pdf.subarray(at, at + part)) });
  }
  return door.call('paper.save', { papers: [...paper.keys], password });
}

function base64(bytes: Uint8Array): string {
  let binary = '';
  // An argument list has its limit.
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(binary);
}
