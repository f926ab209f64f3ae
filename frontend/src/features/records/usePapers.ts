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
import {
  type Back,
  consentOf,
  formOf,
  type Left,
  type Part,
  type Place,
  partsOf,
  walk,
  withConsent,
} from './batch';
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
  /** Which part of a batch it is. */
  readonly part?: Place;
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
  | { readonly step: 'failed'; readonly again?: () => void; readonly back?: Back }
  /** The end of a batch with nobody who has a paper, and who those are. */
  | { readonly step: 'nobody'; readonly left: readonly Left[]; readonly back: Back }
  /** A batch goes on where it stopped, if somebody says so. */
  | {
      readonly step: 'refused';
      readonly error: DoorError;
      readonly goOn?: { readonly done: number; readonly act: () => void; readonly back: Back };
    }
  | { readonly step: 'ready'; readonly paper: ReadyPaper };

/** Makes papers one at a time; leaving the screen stops what is going on. */
export function usePapers() {
  const door = useDoor();
  const wordsIn = useWordsIn();
  const [state, setState] = useState<PaperState>({ step: 'idle' });
  const running = useRef<AbortController | null>(null);
  // What a batch has gathered stays while the dialog is open: whoever goes back and on again
  // with the same wishes has nothing made, and put on record, a second time.
  const gathered = useRef<{ readonly of: string; readonly parts: readonly Part[] } | null>(null);

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
      const set = (gathered: Gathered, place?: Place, again?: () => void) =>
        typeset(gathered, choices.size, place, signal, say, again);
      gathering(0, 0);
      try {
        if (order.kind !== 'batch') {
          await set(await gather(door, order, choices, wording, signal));
          return;
        }
        const asked = JSON.stringify([order, order.what === 'forms' ? '' : choices.language]);
        if (gathered.current?.of !== asked) {
          const { rows } = await door.call('paper.people', order.filter, signal);
          const parts = partsOf(order.what === 'forms' ? rows : withConsent(rows));
          gathered.current = { of: asked, parts };
        }
        const { parts } = gathered.current;
        const of =
          order.what === 'forms'
            ? formOf(door, wording, forms, signal)
            : consentOf(door, wording, choices.language, signal);
        await walk(parts, {
          gather: (part) => part.gather(of, signal, gathering),
          show: (part, place, again) => set(part, place, again),
          stopped: (thrown, goOn) => say({ step: 'refused', error: asDoorError(thrown), goOn }),
          nobody: (left, back) => say({ step: 'nobody', left, back }),
        });
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
  part: Place | undefined,
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
      return say(again ? { step: 'failed', again, back: part?.back } : { step: 'failed' });
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
