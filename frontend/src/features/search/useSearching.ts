import { useCallback, useState } from 'react';
import { newId } from '../../door/ids';
import type { Asked } from '../../door/keys';
import { useSettled } from '../../ui';
import { type Filters, noFilters, set } from './filters';

/** A pause in typing after which the words are looked for, in milliseconds. */
const pause = 120;
/** Fewer letters than this are not looked for. */
export const fewest = 2;

export interface Searching {
  readonly words: string;
  readonly setWords: (words: string) => void;
  readonly filters: Filters;
  readonly setFilters: (filters: Filters) => void;
  readonly best: boolean;
  readonly setBest: (best: boolean) => void;
  readonly inside: boolean;
  readonly setInside: (inside: boolean) => void;
  /** Enter was pressed before the answer came: what it shows first is opened then. */
  readonly hurry: boolean;
  readonly setHurry: (hurry: boolean) => void;
  /** Whether somebody is searching: the results stand in the place of the list. */
  readonly active: boolean;
  /** What to ask, or nothing while there is too little. */
  readonly asked: Asked | null;
  /** Back to the list. */
  readonly stop: () => void;
}

/**
 * A search from its first letter until it is left. Each has a name of its own,
 * under which the program keeps a record of whom it has shown.
 */
export function useSearching(): Searching {
  const [run, setRun] = useState(newId);
  const [words, set_] = useState('');
  const [filters, setFilters] = useState(noFilters);
  const [best, setBest] = useState(false);
  const [inside, setInside] = useState(false);
  const [hurry, setHurry] = useState(false);
  const typed = words.trim();
  const settled = useSettled(typed, pause);
  const narrowed = set(filters).length > 0;
  const enough = [...settled].length >= fewest || (narrowed && settled === '');

  const setWords = useCallback((next: string) => {
    set_(next);
    setInside(false);
    setHurry(false);
    if (next.trim() === '') setRun(newId());
  }, []);
  const stop = useCallback(() => {
    setWords('');
    setFilters(noFilters);
  }, [setWords]);

  return {
    words,
    setWords,
    filters,
    setFilters,
    best,
    setBest,
    inside,
    setInside,
    hurry,
    setHurry,
    active: typed !== '' || narrowed,
    asked: enough ? askedFor(settled, filters, best, inside, run) : null,
    stop,
  };
}

function askedFor(
  words: string,
  { patient, ...filters }: Filters,
  best: boolean,
  inside: boolean,
  run: string,
): Asked {
  return { words, patient: patient?.id ?? '', ...filters, best, inside, run };
}
