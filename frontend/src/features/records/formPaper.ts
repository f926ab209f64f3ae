import type { Door } from '../../door/door';
import type { FormBlock, FormPaper } from '../../door/shapes';
import { bring } from '../../door/usePictures';
import { type Block, isolated, type Paper } from '../../paper/sheet';
import { categories, channels, weekdays } from '../../terms/terms';
import {
  boxes,
  codeBlock,
  heading,
  lines,
  list,
  paperOf,
  quiet,
  text,
  title,
  together,
  type Wording,
} from './wording';

/** A form to be signed, with what is known filled in. */
export function formPaper(w: Wording, f: FormPaper): Paper {
  const foot = `${w.t('records.sheet.formFoot', { form: f.form.version, sum: f.hash.slice(0, 8) })} · ${f.code}`;
  const phone = f.patient?.phones[0] ?? '';
  const all = [
    ...wordsOfForm(w, f.words, false, phone),
    codeBlock(w, f.code, 'records.sheet.formCodeHint'),
    ...(f.form.draft ? [quiet(w.t('records.sheet.draftForm'))] : []),
  ];
  const from = signedFrom(all);
  return paperOf(w, f.head, foot, [...all.slice(0, from), together(all.slice(from))]);
}

/** Words that are as long as this stand on the page before, if need be. */
const longWords = 1200;

/**
 * Where that begins which has to be on one sheet: the last words before the places to
 * sign on, with their heading, and all that follows. What is signed on a sheet of its own
 * could be laid under any other.
 */
function signedFrom(all: readonly Block[]): number {
  const tall = all.findIndex((block) => block.kind === 'lines' && block.tall);
  if (tall < 0) return all.length;
  const words = all[tall - 1];
  if (words?.kind !== 'text' || words.text.length > longWords) return tall;
  return all[tall - 2]?.kind === 'heading' ? tall - 2 : tall - 1;
}

/** Brings a form that is a file. */
export async function bringForm(
  door: Door,
  version: string,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { address } = await door.call('form.open', { version, patient: '' }, signal);
  return new Uint8Array(await (await bring(address, signal)).arrayBuffer());
}

/** A form that is a file, page by page as it is. */
export function formFile(w: Wording, f: FormPaper, file: number): Paper {
  return {
    ...paperOf(
      w,
      f.head,
      '',
      Array.from({ length: f.form.pages }, (_, page) => ({
        kind: 'scan' as const,
        file,
        page: page + 1,
        words: '',
        alt: w.t('records.sheet.formPage', {
          form: f.form.version,
          page: page + 1,
          of: f.form.pages,
        }),
      })),
    ),
    bare: true,
  };
}

/**
 * The words of a form. On a record they stand below the record's own title and
 * their places stay out: what was written there is told above.
 */
export function wordsOfForm(
  w: Wording,
  words: readonly FormBlock[],
  quoted: boolean,
  phone = '',
): Block[] {
  const all: Block[] = [];
  let said: string[] = [];
  const end = () => {
    if (said.length > 0) all.push(list(said));
    said = [];
  };
  for (const block of words) {
    if (block.kind === 'statement') {
      said.push(block.text);
      continue;
    }
    end();
    if (block.kind === 'title') all.push(quoted ? lesser(block.text) : title(block.text));
    if (block.kind === 'heading') all.push(quoted ? lesser(block.text) : heading(block.text));
    if (block.kind === 'paragraph') all.push(...paragraph(block.text));
    if (block.kind === 'place' && !quoted) all.push(...place(w, block.key, phone));
  }
  end();
  return all;
}

/** The first forms wrote their boxes as signs among the words; no font of ours draws them. */
const box = '☐';

function paragraph(words: string): Block[] {
  const [before = '', ...ticks] = words.split(box).map((part) => part.trim());
  return [
    ...(before ? [text(before)] : []),
    ...(ticks.length > 0 ? [boxes(ticks.map((tick) => [tick, false]))] : []),
  ];
}

const lesser = (words: string): Block => ({ kind: 'heading', level: 3, text: words });

/** What is ticked, filled in or signed. */
function place({ t, terms }: Wording, key: string, phone: string): Block[] {
  switch (key) {
    case 'phone':
      return [
        lines([
          { label: t('records.sheet.place.phone'), value: phone ? isolated(phone) : '' },
          { label: t('records.sheet.place.whose') },
        ]),
        boxes([
          [t('records.sheet.place.othersRead'), false],
          [t('records.sheet.place.othersNot'), false],
        ]),
      ];
    case 'categories':
      return [
        boxes(categories.map((c) => [terms.category(c), false])),
        lines([{ label: t('records.sheet.place.never') }]),
      ];
    case 'times':
      return [
        quiet(t('records.sheet.place.days')),
        boxes(
          weekdays.map((d) => [terms.weekdayShort(d), false]),
          7,
        ),
        lines([{ label: t('records.sheet.place.hours') }]),
      ];
    case 'frequency':
      return [
        lines([{ label: t('records.sheet.place.perWeek') }]),
        quiet(t('records.sheet.place.rather')),
        boxes(
          channels.map((c) => [terms.channel(c), false]),
          channels.length,
        ),
      ];
    case 'signature':
      return [
        lines(
          [
            { label: t('records.sheet.place.signature'), width: 3 },
            { label: t('records.sheet.place.date') },
          ],
          true,
        ),
        lines([
          { label: t('records.sheet.place.printed') },
          { label: t('records.sheet.place.relation') },
        ]),
        lines([{ label: t('records.sheet.place.witness') }]),
        boxes([[t('records.sheet.place.copy'), false]], 1),
      ];
    default:
      return [];
  }
}
