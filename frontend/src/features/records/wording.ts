import { encode } from 'uqr';
import type { ConsentScope, PaperHead, PaperPatient } from '../../door/shapes';
import { createFormats, type Formats } from '../../i18n/formats';
import type { Language } from '../../i18n/i18n';
import type { Words } from '../../i18n/words';
import { type Block, blocks, isolated, type Paper } from '../../paper/sheet';
import { type Terms, termsIn } from '../../terms/terms';
import { timesInWords } from '../../terms/times';

/** The words of one paper, in its language and the clinic's time zone. */
export interface Wording {
  readonly language: Language;
  readonly t: Words;
  readonly terms: Terms;
  readonly formats: Formats;
}

/** The words for papers, by language and time zone. */
export type WordingIn = (language: Language, zone: string) => Wording;

export function wordingOf(t: Words, language: Language, zone: string): Wording {
  return { language, t, terms: termsIn(t, language), formats: createFormats(language, zone) };
}

/** A moment with its day, always: paper is read years later. */
export function moment({ formats }: Wording, at: string): string {
  return `${formats.date(at)}, ${formats.time(at)}`;
}

export function day({ formats }: Wording, date: string): string {
  return date ? formats.day(date) : '';
}

/** A name for a narrow column: a word longer than the column may go on below. */
export function breakable(name: string): string {
  return name.replace(/(\p{Script=Latin}{14})(?=\p{Script=Latin}{4})/gu, '$1\u200b');
}

/** The frame of a paper: who sends it, and what stands at its foot. */
export function paperOf(
  w: Wording,
  head: PaperHead,
  foot: string,
  content: readonly Block[],
  wide = false,
): Paper {
  const made = w.t('records.sheet.by', { date: moment(w, head.madeAt), name: head.madeBy });
  return {
    language: w.language,
    wide,
    sender: `${head.clinic} · ${isolated(head.phone)}`,
    foot: [foot, made].filter(Boolean).join(' · '),
    pageOf: w.t('records.sheet.pageOf'),
    blocks: content,
  };
}

/** Who the paper is about. */
export function patientFacts(w: Wording, patient: PaperPatient): (readonly [string, string])[] {
  return [
    [w.t('records.sheet.patient'), patient.name],
    [w.t('records.sheet.born'), day(w, patient.birthDate)],
    ...(patient.phones.length > 0
      ? [[w.t('records.sheet.phones'), patient.phones.map(isolated).join(', ')] as const]
      : []),
    ...(patient.guardian ? [[w.t('records.sheet.guardian'), patient.guardian] as const] : []),
  ];
}

export function covers(w: Wording, scope: ConsentScope): string {
  return w.formats.list(scope.categories.map(w.terms.category));
}

/** What a consent covers, line by line. */
export function scopeFacts(w: Wording, scope: ConsentScope): (readonly [string, string])[] {
  const { t, terms, formats } = w;
  const limits = [
    ...(scope.perDay > 0 ? [t('records.sheet.perDay', { count: scope.perDay })] : []),
    ...(scope.perWeek > 0 ? [t('records.sheet.perWeek', { count: scope.perWeek })] : []),
  ];
  return [
    [t('records.sheet.covers'), covers(w, scope)],
    ...(scope.excluded.length > 0
      ? [[t('records.sheet.excluded'), formats.list(scope.excluded.map(terms.category))] as const]
      : []),
    ...(scope.from ? [[t('records.sheet.begins'), day(w, scope.from)] as const] : []),
    [t('records.sheet.times'), timesInWords(w, scope)],
    [
      t('records.sheet.frequency'),
      limits.length > 0 ? formats.list(limits) : t('records.sheet.noLimit'),
    ],
    ...(scope.channel === ''
      ? []
      : [[t('records.sheet.rather'), terms.channel(scope.channel)] as const]),
    [t('records.sheet.shared'), scope.sharedPhone ? t('records.sheet.yes') : t('records.sheet.no')],
  ];
}

/** A record code for eyes and for a scanner. */
export function codeBlock(
  { t }: Wording,
  code: string,
  hint: 'records.sheet.codeHint' | 'records.sheet.formCodeHint' = 'records.sheet.codeHint',
): Block {
  return {
    kind: 'code',
    label: t('records.sheet.code'),
    code,
    hint: t(hint),
    square: squareOf(code),
    alt: t('records.sheet.codeAlt', { code }),
  };
}

/** A QR code as SVG, with the quiet zone that scanners need. */
function squareOf(code: string): string {
  const { size, data } = encode(code, { ecc: 'M', border: 4 });
  let path = '';
  data.forEach((row, y) => {
    row.forEach((dark, x) => {
      if (dark) path += `M${x} ${y}h1v1h-1z`;
    });
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}"><path d="${path}"/></svg>`;
}

export const { title, heading, text, quiet, facts, list, boxes, lines, table, together } = blocks;
