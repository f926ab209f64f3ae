import type {
  Category,
  Channel,
  FormRow,
  Hold,
  PatientCard,
  RecordPaper,
  SignConsent,
  Signer,
} from '../../door/shapes';
import { formFor } from '../../terms/forms';

/** What stands on a paper, as it is being copied. */
export interface Paper {
  readonly form: string;
  readonly signedOn: string;
  readonly expires: string;
  readonly categories: readonly Category[];
  readonly anyTime: boolean;
  readonly fromHour: number;
  readonly toHour: number;
  readonly weekdays: readonly number[];
  readonly signer: Signer;
  readonly signerName: string;
  readonly attested: boolean;
  /** At most so many unasked texts a day, and a week; 0 is no limit. */
  readonly perDay: number;
  readonly perWeek: number;
  /** The first day on which texts are welcome; null for the day of the signature. */
  readonly begins: string | null;
  /** Why it is on hold from the first; empty for no reason. */
  readonly hold: Hold;
  /** How the patient would rather be reached; empty is by text. */
  readonly channel: Channel;
  readonly sharedPhone: boolean;
  /** What the patient never wants texts about. */
  readonly excluded: readonly Category[];
  /** The numbers that may be texted; none is every number. */
  readonly numbers: readonly string[];
  /** By what right somebody signs for the patient, or a minor alone. */
  readonly authority: string;
  readonly document: string;
  readonly witness: string;
  /** Another parent or guardian than the one who signs. */
  readonly beside: string;
}

/** A paper before anything is copied: the patient's own language, a parent for a child. */
export function blankPaper(card: PatientCard, forms: readonly FormRow[]): Paper {
  const { minor } = card;
  return {
    form: formFor({ language: card.language, minor }, forms)?.version ?? '',
    signedOn: '',
    expires: '',
    categories: [],
    anyTime: true,
    fromHour: 9,
    toHour: 17,
    weekdays: [1, 2, 3, 4, 5],
    signer: minor ? 'parent' : 'patient',
    signerName: minor ? card.guardian : '',
    attested: false,
    perDay: 0,
    perWeek: 0,
    begins: null,
    hold: '',
    channel: '',
    sharedPhone: false,
    excluded: [],
    // A parent's consent is for the parent's phone, where that is known.
    numbers: minor ? card.numbers.filter((n) => n.guardians).map((n) => n.id) : [],
    authority: '',
    document: '',
    witness: '',
    beside: '',
  };
}

/**
 * A paper that somebody else signs: a minor who signs alone means her own phones, with
 * the guardian beside her; for a parent it is the other way round.
 */
export function signedBy(card: PatientCard, paper: Paper, signer: Signer): Paper {
  const alone = signer === 'minor';
  if (alone === (paper.signer === 'minor')) return { ...paper, signer };
  return {
    ...paper,
    signer,
    numbers: card.numbers.filter((n) => n.guardians !== alone).map((n) => n.id),
    beside: alone ? card.guardian : '',
    hold: '',
  };
}

/**
 * A paper with what those of one drawer share copied from another: the topics, the
 * times and how many. Who signed and when stands on each paper anew, and so does the
 * word of who holds it.
 */
export function paperLike(blank: Paper, like: Paper | null): Paper {
  if (!like) return blank;
  const { categories, excluded, anyTime, fromHour, toHour, weekdays, perDay, perWeek } = like;
  return { ...blank, categories, excluded, anyTime, fromHour, toHour, weekdays, perDay, perWeek };
}

/** The forms that may say the same as another in the other language. */
export function pairsFor(
  of: Pick<FormRow, 'language' | 'variant'>,
  forms: readonly FormRow[],
): readonly FormRow[] {
  return forms.filter((f) => !f.retired && f.language !== of.language && f.variant === of.variant);
}

/** The last day of a year that begins with a day: the one before the same day comes again. */
export function lastOfYear(day: string): string {
  if (day === '') return '';
  const end = new Date(`${day}T00:00:00Z`);
  end.setUTCFullYear(end.getUTCFullYear() + 1, end.getUTCMonth(), end.getUTCDate() - 1);
  return end.toISOString().slice(0, 10);
}

/** What is still missing on a paper, by field. */
export type Gap =
  | 'form'
  | 'signedOn'
  | 'future'
  | 'expires'
  | 'begins'
  | 'categories'
  | 'hours'
  | 'signerName'
  | 'authority'
  | 'document'
  | 'attested';

export function gaps(paper: Paper, today: string, minor: boolean): readonly Gap[] {
  const found: Gap[] = [];
  if (paper.form === '') found.push('form');
  if (paper.signedOn === '') found.push('signedOn');
  else if (paper.signedOn > today) found.push('future');
  if (paper.expires !== '' && paper.expires <= paper.signedOn) found.push('expires');
  if (
    paper.begins !== null &&
    (paper.begins === '' ||
      paper.begins < paper.signedOn ||
      (paper.expires !== '' && paper.begins > paper.expires))
  ) {
    found.push('begins');
  }
  if (paper.categories.length === 0) found.push('categories');
  if (!paper.anyTime && (paper.toHour <= paper.fromHour || paper.weekdays.length === 0)) {
    found.push('hours');
  }
  if (byOther(paper.signer) && paper.signerName.trim() === '') found.push('signerName');
  if (needsAuthority(paper.signer, minor) && paper.authority.trim() === '') found.push('authority');
  if (needsDocument(paper.signer, minor) && paper.document.trim() === '') found.push('document');
  if (!paper.attested) found.push('attested');
  return found;
}

/** Whether somebody else than the patient signs. */
export const byOther = (signer: Signer): boolean => signer !== 'patient' && signer !== 'minor';

/** Whether it has to be said by what right the signer signs. */
export const needsAuthority = (signer: Signer, minor: boolean): boolean =>
  signer === 'representative' || signer === 'minor' || needsDocument(signer, minor);

/** Whether a document has to show it: who represents an adult has one (45 CFR 164.502(g)). */
export const needsDocument = (signer: Signer, minor: boolean): boolean => !minor && byOther(signer);

/** What is signed with. One of drawn and typed is empty. */
export interface Pen {
  readonly drawn: string;
  readonly typed: string;
  readonly copy: boolean;
}

/** What a patient signs on this device, as the door takes it under a key. */
export function toSign(patient: string, paper: Paper, pen: Pen): Omit<SignConsent, 'key'> {
  const { signedOn, attested, scan, categories, excluded, fromHour, toHour, ...rest } = toRecord(
    patient,
    paper,
  );
  const { weekdays, perDay, perWeek, sharedPhone, numbers, from, channel, ...signer } = rest;
  return {
    ...signer,
    expires: '',
    scope: {
      categories,
      excluded,
      fromHour,
      toHour,
      weekdays,
      perDay,
      perWeek,
      sharedPhone,
      numbers,
      from,
      channel,
    },
    details: { ...signer.details, copyGiven: pen.copy },
    drawn: pen.drawn,
    typed: pen.typed,
  };
}

/** The paper as the door takes it under a key; `scan` is the key of a scan of it, or empty. */
export function toRecord(patient: string, paper: Paper, scan = ''): Omit<RecordPaper, 'key'> {
  return {
    patient,
    scan,
    form: paper.form,
    signedOn: paper.signedOn,
    expires: paper.expires,
    categories: [...paper.categories],
    fromHour: paper.anyTime ? 0 : paper.fromHour,
    toHour: paper.anyTime ? 24 : paper.toHour,
    weekdays: paper.anyTime || paper.weekdays.length === 7 ? [] : [...paper.weekdays],
    signer: paper.signer,
    signerName: byOther(paper.signer) ? paper.signerName.trim() : '',
    attested: paper.attested,
    perWeek: paper.perWeek,
    sharedPhone: paper.sharedPhone,
    excluded: [...paper.excluded],
    perDay: paper.perDay,
    numbers: [...paper.numbers],
    from: paper.begins ?? '',
    channel: paper.channel,
    hold: paper.hold,
    details: {
      authority: paper.authority.trim(),
      document: paper.document.trim(),
      witness: paper.witness.trim(),
      interpreter: '',
      beside: paper.beside.trim(),
      copyGiven: false,
    },
  };
}
