import type { Category, FormRow, PatientCard, RecordPaper, Signer } from '../../door/shapes';

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
  /** At most so many unasked texts a week; 0 is no limit. */
  readonly perWeek: number;
  readonly sharedPhone: boolean;
}

/** The age from which a patient signs alone. */
const fullAge = 18;

/** A paper before anything is copied: the patient's own language, a parent for a child. */
export function blankPaper(card: PatientCard, forms: readonly FormRow[]): Paper {
  const minor = card.age < fullAge;
  return {
    form: (forms.find((f) => f.language === card.language) ?? forms[0])?.version ?? '',
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
    perWeek: 0,
    sharedPhone: false,
  };
}

/** The same day a year later, as consents usually end; 29 February ends on the 28th. */
export function yearAfter(day: string): string {
  if (day === '') return '';
  const year = String(Number(day.slice(0, 4)) + 1).padStart(4, '0');
  return day.endsWith('-02-29') ? `${year}-02-28` : `${year}${day.slice(4)}`;
}

/** What is still missing on a paper, by field. */
export type Gap =
  | 'form'
  | 'signedOn'
  | 'future'
  | 'expires'
  | 'categories'
  | 'hours'
  | 'signerName'
  | 'attested';

export function gaps(paper: Paper, today: string): readonly Gap[] {
  const found: Gap[] = [];
  if (paper.form === '') found.push('form');
  if (paper.signedOn === '') found.push('signedOn');
  else if (paper.signedOn > today) found.push('future');
  if (paper.expires !== '' && paper.expires <= paper.signedOn) found.push('expires');
  if (paper.categories.length === 0) found.push('categories');
  if (!paper.anyTime && (paper.toHour <= paper.fromHour || paper.weekdays.length === 0)) {
    found.push('hours');
  }
  if (paper.signer !== 'patient' && paper.signerName.trim() === '') found.push('signerName');
  if (!paper.attested) found.push('attested');
  return found;
}

/** The paper as the door takes it. */
export function toRecord(patient: string, paper: Paper): RecordPaper {
  return {
    patient,
    form: paper.form,
    signedOn: paper.signedOn,
    expires: paper.expires,
    categories: [...paper.categories],
    fromHour: paper.anyTime ? 0 : paper.fromHour,
    toHour: paper.anyTime ? 24 : paper.toHour,
    weekdays: paper.anyTime || paper.weekdays.length === 7 ? [] : [...paper.weekdays],
    signer: paper.signer,
    signerName: paper.signer === 'patient' ? '' : paper.signerName.trim(),
    attested: paper.attested,
    perWeek: paper.perWeek,
    sharedPhone: paper.sharedPhone,
  };
}
