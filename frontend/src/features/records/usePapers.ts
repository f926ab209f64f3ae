import { useCallback, useEffect, useRef, useState } from 'react';
import { useDoor } from '../../door/context';
import type { Door } from '../../door/door';
import { asDoorError, type DoorError } from '../../door/error';
import { base64 } from '../../door/files';
import { newId } from '../../door/ids';
import type { FormRow } from '../../door/shapes';
import { useWordsIn } from '../../i18n/I18nProvider';
import type { Language } from '../../i18n/i18n';
import type { Paper, PaperSize, SheetFile } from '../../paper/sheet';
import type { PagePicture } from '../../paper/showPages';
import { PaperError } from '../../paper/trouble';
import { consentOf, formOf, type Left, type Part, partsOf, withConsent } from './batch';
import { consentPaper } from './consentPaper';
import { bringForm, formFile, formPaper } from './formPaper';
import { incidentPaper } from './incidentPaper';
import { type RegisterFilter, registerPaper, textsPaper } from './listPapers';
import { bringScans, undrawn } from './scans';
import { type WordingIn, wordingOf } from './wording';

/** What somebody wants on paper. */
export type PaperOrder =
  | { readonly kind: 'consent'; readonly consent: string }
  | { readonly kind: 'form'; readonly patient: string | null }
  | { readonly kind: 'texts'; readonly thread: string }
  | { readonly kind: 'incident'; readonly incident: string }
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
  /** The first and the last day of texts; empty for no limit. */
  readonly from: string;
  readonly until: string;
}

export interface ReadyPaper {
  readonly keys: readonly string[];
  readonly pdf: Uint8Array;
  /** The pages as the typesetter gave them, how many, and the first as pictures. */
  readonly pages: Uint8Array;
  readonly count: number;
  readonly shown: readonly PagePicture[];
  /** Which part of a batch it is, who has no paper in it, and what makes the next part. */
  readonly part?: {
    readonly number: number;
    readonly of: number;
    readonly left: readonly Left[];
    readonly next: (() => void) | undefined;
  };
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
  /** It could not be set; a part of a batch is set again, and nothing gathered anew. */
  | { readonly step: 'failed'; readonly again?: () => void }
  /** The end of a batch with nobody who has a paper, who those are, and the parts before. */
  | { readonly step: 'nobody'; readonly left: readonly Left[]; readonly parts: number }
  /** A batch goes on where it stopped, if somebody says so. */
  | {
      readonly step: 'refused';
      readonly error: DoorError;
      readonly goOn?: { readonly done: number; readonly act: () => void };
    }
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
    async (order: PaperOrder, choices: PaperChoices, forms: readonly FormRow[]) => {
      running.current?.abort();
      const control = new AbortController();
      running.current = control;
      const { signal } = control;
      const say = (next: PaperState) => {
        if (!signal.aborted) setState(next);
      };
      const wording: WordingIn = (language, zone) => wordingOf(wordsIn(language), language, zone);
      const gathering = (done: number, total: number) => say({ step: 'gathering', done, total });
      const set = (gathered: Gathered, part?: ReadyPaper['part'], again?: () => void) =>
        typeset(gathered, choices.size, part, signal, say, again);
      gathering(0, 0);
      try {
        if (order.kind !== 'batch') {
          await set(await gather(door, order, choices, wording, signal));
          return;
        }
        const { rows } = await door.call('paper.people', order.filter, signal);
        const parts = partsOf(order.what === 'forms' ? rows : withConsent(rows));
        const of =
          order.what === 'forms'
            ? formOf(door, wording, forms, signal)
            : consentOf(door, wording, choices.language, signal);
        const left: Left[] = [];
        let made = 0;
        const go = async (part: Part | undefined): Promise<void> => {
          if (!part) return say({ step: 'nobody', left, parts: made });
          try {
            await part.gather(of, signal, gathering);
          } catch (thrown) {
            const act = () => void go(part);
            const goOn = { done: part.papers.length, act };
            return say({ step: 'refused', error: asDoorError(thrown), goOn });
          }
          const after = parts[part.number];
          if (part.papers.length === 0) {
            left.push(...part.left);
            return go(after);
          }
          const next = after ? () => void go(after) : undefined;
          const all = [...left.splice(0), ...part.left];
          made += 1;
          const its = { number: part.number, of: parts.length, left: all, next };
          const setPart = (): Promise<void> => set(part, its, () => void setPart());
          await setPart();
        };
        await go(parts[0]);
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

/** Sets what was gathered, and says how it went. */
async function typeset(
  gathered: Gathered,
  size: PaperSize,
  part: ReadyPaper['part'],
  signal: AbortSignal,
  say: (state: PaperState) => void,
  again: (() => void) | undefined,
): Promise<void> {
  const set = async (despite: boolean): Promise<void> => {
    say({ step: 'setting', done: 0, total: 0 });
    // Seldom needed and large, so brought only now.
    const { makePaper } = await import('../../paper/makePaper');
    const { showPages } = await import('../../paper/showPages');
    const first = gathered.papers[0]?.blocks[0];
    const sheet = {
      title: first?.kind === 'heading' ? first.text : gathered.clinic,
      author: gathered.clinic,
      size,
      papers: gathered.papers,
      files: gathered.files ?? [],
    };
    const made = await makePaper(sheet, despite, signal).catch((thrown: unknown) => {
      // A scan that no drawing comes of must not keep the record from being printed.
      if (!gathered.without || !failed(thrown)) throw thrown;
      return makePaper({ ...sheet, papers: gathered.without, files: [] }, despite, signal);
    });
    const { count, pages: shown } = await showPages(made.pages, preview, signal, (done, total) =>
      say({ step: 'drawing', done, total }),
    );
    const paper: ReadyPaper = {
      keys: gathered.keys,
      // A form that is a file is saved as the file that it is.
      pdf: gathered.asItIs ?? made.pdf,
      pages: made.pages,
      count,
      shown,
    };
    say({ step: 'ready', paper: part ? { ...paper, part } : paper });
  };
  const report = (thrown: unknown) => {
    if (!(thrown instanceof PaperError) || thrown.trouble.kind === 'failed') {
      return say(again ? { step: 'failed', again } : { step: 'failed' });
    }
    say({
      step: 'missing',
      letters: thrown.trouble.missing,
      despite: () => void set(true).catch(report),
    });
  };
  await set(false).catch(report);
}

const failed = (thrown: unknown): boolean =>
  thrown instanceof PaperError && thrown.trouble.kind === 'failed';

async function gather(
  door: Door,
  order: Exclude<PaperOrder, { kind: 'batch' }>,
  { language, form, from, until }: PaperChoices,
  wording: WordingIn,
  signal: AbortSignal,
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
      const p = await door.call('paper.texts', { key, thread: order.thread, from, until }, signal);
      return one(p.head.clinic, key, textsPaper(wording(language, p.head.zone), p));
    }
    case 'incident': {
      const p = await door.call('paper.incident', { key, id: order.incident }, signal);
      return one(p.head.clinic, key, incidentPaper(wording(language, p.head.zone), p));
    }
    case 'register': {
      const p = await door.call('paper.register', { key, ...order.filter }, signal);
      const w = wording(language, p.head.zone);
      return one(p.head.clinic, key, registerPaper(w, p, order.filter, order.initials));
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
