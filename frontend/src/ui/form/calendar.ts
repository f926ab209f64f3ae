/** The three parts of a day as they stand in their boxes. */
export interface DayParts {
  readonly year: string;
  /** 1 to 12, or empty. */
  readonly month: string;
  readonly day: string;
}

/** A day read from its parts: the day, not all there yet, or one that does not exist. */
export type DayReading = { kind: 'day'; value: string } | { kind: 'incomplete' } | { kind: 'none' };

const digits = (text: string, width: number): string => text.padStart(width, '0');

/** Reads the parts; years have four digits, and 29 February exists in leap years alone. */
export function readDay({ year, month, day }: DayParts): DayReading {
  if (!/^\d{4}$/.test(year) || !/^\d{1,2}$/.test(month) || !/^\d{1,2}$/.test(day)) {
    return /[^\d]/.test(year + month + day) || year.length > 4
      ? { kind: 'none' }
      : { kind: 'incomplete' };
  }
  const value = `${year}-${digits(month, 2)}-${digits(day, 2)}`;
  const time = Date.parse(`${value}T00:00:00Z`);
  // Some engines roll 30 February over into March; none may pass here.
  const exists = !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
  return exists && Number(year) >= 1 ? { kind: 'day', value } : { kind: 'none' };
}

/** The parts of `YYYY-MM-DD`; empty boxes for anything else. */
export function partsOf(value: string): DayParts {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(value);
  if (!found) return { year: '', month: '', day: '' };
  return {
    year: found[1] ?? '',
    month: String(Number(found[2])),
    day: String(Number(found[3])),
  };
}
