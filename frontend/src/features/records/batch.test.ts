import { describe, expect, it } from 'vitest';
import { DoorError } from '../../door/error';
import type { RegisterLine } from '../../door/shapes';
import type { Paper } from '../../paper/sheet';
import { type Back, type Part, type Place, partsOf, perPart, walk, withConsent } from './batch';

const line = (n: number): RegisterLine => ({
  patient: `p${n}`,
  name: `Patient ${n}`,
  birthDate: '1980-04-05',
  language: 'en',
  phone: '(303) 555-0142',
  optedOut: false,
  held: false,
  minor: false,
  consent: `c${n}`,
  code: '7K2MD-Q4T9X',
  state: 'given',
  form: '2026-2-en',
  signedOn: '2026-01-12',
  expires: '2027-01-11',
  begins: '',
  categories: ['scheduling'],
});
const lines = (count: number) => Array.from({ length: count }, (_, n) => line(n));

const paper = (name: string): Paper => ({
  language: 'en',
  wide: false,
  sender: name,
  foot: '',
  pageOf: '',
  blocks: [],
});

/** Gathers a part; `trouble` may refuse a patient. */
function gather(part: Part, trouble: (row: RegisterLine) => DoorError | undefined) {
  const of = async (row: RegisterLine, to: Part) => {
    const refused = trouble(row);
    if (refused) throw refused;
    to.add(row.patient, 'Juniper', paper(row.name));
  };
  return part.gather(of, new AbortController().signal, () => {});
}

const only = (rows: readonly RegisterLine[]): Part => {
  const [part] = partsOf(rows);
  if (!part) throw new Error('no part');
  return part;
};

describe('many papers', () => {
  it('leave out who has no consent', () => {
    const none = { ...line(2), consent: '0'.repeat(26) };
    expect(withConsent([line(1), none, line(3)]).map(({ patient }) => patient)).toEqual([
      'p1',
      'p3',
    ]);
  });

  it('come in parts, none empty and nobody twice', async () => {
    const parts = partsOf(lines(2 * perPart + 3));
    expect(parts).toHaveLength(3);
    for (const part of parts) await gather(part, () => undefined);
    expect(parts.map((part) => part.papers.length)).toEqual([perPart, perPart, 3]);
    expect(new Set(parts.flatMap((part) => part.keys)).size).toBe(2 * perPart + 3);
    expect(partsOf([])).toEqual([]);
  });

  it('name who went out of sight, and go on', async () => {
    const part = only(lines(4));
    await gather(part, (row) =>
      row.patient === 'p1' ? new DoorError('app.not_found') : undefined,
    );
    expect(part.keys).toEqual(['p0', 'p2', 'p3']);
    expect(part.left.map(({ name }) => name)).toEqual(['Patient 1']);
  });

  it('go on where something stopped them all', async () => {
    const part = only(lines(5));
    let gone = true;
    const trouble = (row: RegisterLine) =>
      gone && row.patient === 'p2' ? new DoorError('door.unreachable') : undefined;
    await expect(gather(part, trouble)).rejects.toThrow('door.unreachable');
    expect(part.keys).toEqual(['p0', 'p1']);
    gone = false;
    await gather(part, trouble);
    expect(part.keys).toEqual(['p0', 'p1', 'p2', 'p3', 'p4']);
    expect(part.left).toEqual([]);
  });
});

describe('the way through many papers', () => {
  /** Walks a batch of three parts, in whose second nobody is left, and notes what is shown. */
  function walked(trouble: () => DoorError | undefined = () => undefined) {
    const parts = partsOf(lines(2 * perPart + 3));
    const shown: (Place & { readonly keys: readonly string[] })[] = [];
    const stops: { act: () => void; back: Back }[] = [];
    let asked = 0;
    const run = walk(parts, {
      gather: (part) =>
        gather(part, () => {
          asked += 1;
          if (part.number === 2) return new DoorError('app.not_found');
          return part.number === 3 ? trouble() : undefined;
        }),
      show: async (part, place) => {
        shown.push({ ...place, keys: part.keys });
      },
      stopped: (_, goOn) => {
        stops.push(goOn);
      },
      nobody: () => {
        throw new Error('there are papers');
      },
    });
    return { run, shown, stops, asked: () => asked, last: () => shown[shown.length - 1] };
  }
  const settled = () => new Promise((done) => setTimeout(done));

  it('goes back one part and on again, and gathers nothing twice', async () => {
    const w = walked();
    await w.run;
    expect(w.last()?.back).toBeUndefined();
    w.last()?.next?.();
    await settled();
    const third = w.last();
    expect(third).toMatchObject({ number: 3, of: 3, next: undefined });
    expect(third?.left).toHaveLength(perPart);
    const asked = w.asked();
    third?.back?.();
    await settled();
    expect(w.last()).toMatchObject({ number: 1, left: [] });
    expect(w.last()?.keys).toHaveLength(perPart);
    w.last()?.next?.();
    await settled();
    expect(w.last()).toMatchObject({ number: 3, keys: third?.keys });
    expect(w.last()?.left).toEqual(third?.left);
    expect(w.asked()).toBe(asked);
  });

  it('goes back to the part before from one that was stopped, and on from there', async () => {
    let down = true;
    const w = walked(() => (down ? new DoorError('door.unreachable') : undefined));
    await w.run;
    w.last()?.next?.();
    await settled();
    expect(w.stops).toHaveLength(1);
    w.stops[0]?.back?.();
    await settled();
    expect(w.last()?.number).toBe(1);
    down = false;
    w.stops[0]?.act();
    await settled();
    expect(w.last()?.number).toBe(3);
  });
});
