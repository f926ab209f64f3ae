import type { Door } from '../../door/door';
import { asDoorError, type DoorError } from '../../door/error';
import { isSet, newId } from '../../door/ids';
import type { FormRow, RegisterLine } from '../../door/shapes';
import type { Paper, SheetFile } from '../../paper/sheet';
import { formFor } from '../../terms/forms';
import { consentPaper } from './consentPaper';
import { bringForm, formFile, formPaper } from './formPaper';
import { named } from './scans';
import type { WordingIn } from './wording';

/**
 * So many papers are set at once: some hundred pages, a minute's work at most. Larger
 * ones would take memory that the window does not have, and all would be lost with one.
 */
export const perPart = 100;

/** A patient for whom there is no paper, and why. */
export interface Left {
  readonly name: string;
  /** Null where no form fits. */
  readonly error: DoorError | null;
}

/** One part of a batch, as far as it has come: what is gathered stays where something fails. */
export class Part {
  readonly papers: Paper[] = [];
  readonly keys: string[] = [];
  readonly files: SheetFile[] = [];
  readonly left: Left[] = [];
  clinic = '';
  private done = 0;
  /** A form that is a file is brought once for all who get it. */
  private readonly fileOf = new Map<string, number>();

  constructor(
    readonly number: number,
    private readonly rows: readonly RegisterLine[],
  ) {}

  /**
   * Gathers what is still missing. A patient whose own paper is refused is left out and
   * named; what hinders all of them is thrown, and the call may be repeated: it goes on
   * where it stopped.
   */
  async gather(
    of: (row: RegisterLine, part: Part) => Promise<void>,
    signal: AbortSignal,
    at: (done: number, total: number) => void,
  ): Promise<void> {
    for (; this.done < this.rows.length; this.done += 1) {
      signal.throwIfAborted();
      at(this.done, this.rows.length);
      const row = this.rows[this.done];
      if (!row) continue;
      try {
        await of(row, this);
      } catch (thrown) {
        const error = asDoorError(thrown);
        if (signal.aborted || !concerns(error)) throw thrown;
        this.left.push({ name: row.name, error });
      }
    }
    at(this.done, this.rows.length);
  }

  add(key: string, clinic: string, paper: Paper): void {
    this.keys.push(key);
    this.papers.push(paper);
    this.clinic = clinic;
  }

  /** The place of a form's file among those of this part. */
  async file(door: Door, version: string, signal: AbortSignal): Promise<number> {
    const there = this.fileOf.get(version);
    if (there !== undefined) return there;
    const content = await bringForm(door, version, signal);
    const place = this.files.push({ format: 'pdf', content }) - 1;
    this.fileOf.set(version, place);
    return place;
  }
}

/** Whether an error is one patient's alone: she went out of sight, or her consent did. */
const concerns = (error: DoorError): boolean => error.code === 'app.not_found';

/** Those who have a consent of which there can be a record. */
export const withConsent = (rows: readonly RegisterLine[]): RegisterLine[] =>
  rows.filter((row) => isSet(row.consent));

/** The patients of a batch in parts. */
export function partsOf(rows: readonly RegisterLine[]): readonly Part[] {
  const parts: Part[] = [];
  for (let from = 0; from < rows.length; from += perPart) {
    parts.push(new Part(parts.length + 1, rows.slice(from, from + perPart)));
  }
  return parts;
}

/** The way to what was shown before, where it was a part of the same batch. */
export type Back = (() => void) | undefined;

/** Where a part stands among the others. */
export interface Place {
  readonly number: number;
  readonly of: number;
  /** Who has no paper in it, nor in the parts passed over before it. */
  readonly left: readonly Left[];
  readonly next: (() => void) | undefined;
  /** Shows the part before it again; none before the first. */
  readonly back: Back;
}

/** What becomes of a batch on its way through the parts. */
export interface Steps {
  gather(part: Part): Promise<void>;
  /** `again` shows it once more, where it could not be shown. */
  show(part: Part, place: Place, again: () => void): Promise<void>;
  /** The batch stopped at a part; `act` goes on there. */
  stopped(thrown: unknown, goOn: { done: number; act: () => void; back: Back }): void;
  /** There is no further part in which anybody has a paper. */
  nobody(left: readonly Left[], back: Back): void;
}

/** Goes from part to part, each when somebody asks for it, and back again. */
export async function walk(parts: readonly Part[], steps: Steps): Promise<void> {
  // `skipped` are those of the parts before in which nobody has a paper.
  const go = async (at: number, skipped: readonly Left[], back: Back): Promise<void> => {
    const part = parts[at];
    if (!part) return steps.nobody(skipped, back);
    try {
      await steps.gather(part);
    } catch (thrown) {
      const act = () => void go(at, skipped, back);
      return steps.stopped(thrown, { done: part.papers.length, act, back });
    }
    const left = [...skipped, ...part.left];
    if (part.papers.length === 0) return go(at + 1, left, back);
    const again = (): void => void steps.show(part, place, again);
    const next = at + 1 < parts.length ? () => void go(at + 1, [], again) : undefined;
    const place = { number: part.number, of: parts.length, left, next, back };
    await steps.show(part, place, again);
  };
  await go(0, [], undefined);
}

/** Makes the consent record of one patient after another. */
export function consentOf(
  door: Door,
  wording: WordingIn,
  language: 'en' | 'es',
  signal: AbortSignal,
) {
  return async (row: RegisterLine, part: Part): Promise<void> => {
    const key = newId();
    const c = await door.call('paper.consent', { key, id: row.consent }, signal);
    signal.throwIfAborted(); // another run may go on with the part by now
    part.add(
      key,
      c.head.clinic,
      consentPaper(wording(language, c.head.zone), c, c.scans.map(named)),
    );
  };
}

/** Makes the form of one patient after another, in the language of each. */
export function formOf(
  door: Door,
  wording: WordingIn,
  forms: readonly FormRow[],
  signal: AbortSignal,
) {
  return async (row: RegisterLine, part: Part): Promise<void> => {
    const form = formFor(row, forms);
    if (!form) {
      part.left.push({ name: row.name, error: null });
      return;
    }
    const key = newId();
    const asked = { key, form: form.version, patient: row.patient };
    const f = await door.call('paper.form', asked, signal);
    const w = wording(f.form.language, f.head.zone);
    const paper =
      f.form.pages === 0
        ? formPaper(w, f)
        : formFile(w, f, await part.file(door, f.form.version, signal));
    signal.throwIfAborted();
    part.add(key, f.head.clinic, paper);
  };
}
