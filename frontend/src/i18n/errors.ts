import type { i18n } from 'i18next';
import type { Formats, Moment } from './formats';

/** What a door answers instead of a result. It holds no text for the screen. */
export interface ClinicError {
  /** `area.reason`, as the packages behind the doors declare it. */
  readonly code: string;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  /** The same call may work later without any change. */
  readonly retry: boolean;
}

/** The two sentences about an error: what happened and what to do now. */
export interface ErrorWords {
  readonly what: string;
  readonly next: string;
}

const wellFormed = /^[a-z0-9_]+\.[a-z0-9_]+$/;
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const calendarDay = /^\d{4}-\d\d-\d\d$/;

type Values = Record<string, string | number>;

/** Moments, days and numbers among the parameters, written in the reader's way. */
function written(params: ClinicError['params'], formats: Formats, now: Moment): Values {
  const values: Values = {};
  for (const [name, value] of Object.entries(params ?? {})) {
    // The provider's number for a reason is a name, and no amount.
    if (name === 'provider_code') values[name] = String(value);
    // A count chooses the plural and must stay a number.
    else if (typeof value === 'number')
      values[name] = name === 'count' ? value : formats.number(value);
    else if (typeof value === 'string') {
      if (instant.test(value)) values[name] = formats.dateTime(value, now);
      else values[name] = calendarDay.test(value) ? formats.day(value) : value;
    }
  }
  return values;
}

/**
 * The sentence under a key that is put together from a code, which the compiler
 * cannot check; null where there is none. A sentence that needs a value which is
 * not there gives way to the one beside it that does without (`…_plain`).
 */
export function phrase(
  i18n: i18n,
  formats: Formats,
  key: string,
  params: ClinicError['params'],
  now: Moment,
): string | null {
  const values = written(params, formats, now);
  if (!i18n.exists(key, values)) return null;
  const say = i18n.t as (key: string, values: Record<string, unknown>) => string;
  const needed = say(key, { ...values, skipInterpolation: true }).matchAll(/\{\{(\w+)\}\}/g);
  const lacks = [...needed].some(([, name]) => name !== undefined && !(name in values));
  return say(lacks && i18n.exists(`${key}_plain`) ? `${key}_plain` : key, values);
}

/**
 * Finds the sentences of an error. Where a rule stopped a text the rule speaks by
 * its own sentence. A code without sentences gets those of an unexpected error,
 * so that no code is ever shown.
 */
export function errorWords(
  i18n: i18n,
  formats: Formats,
  error: ClinicError,
  now: Moment,
): ErrorWords {
  const say = (key: string) => phrase(i18n, formats, key, error.params, now);
  const reason = error.params?.['reason'];
  const ruled = typeof reason === 'string' ? reason : error.code;
  const rule = wellFormed.test(ruled) ? say(`reasons.${ruled}`) : null;
  const known = wellFormed.test(error.code) ? say(`errors.${error.code}.what`) : null;
  if (known !== null) {
    return {
      what: rule === null ? known : `${known} ${rule}`,
      next: say(`errors.${error.code}.next`) ?? '',
    };
  }
  if (rule !== null) return { what: rule, next: i18n.t('steps.general') };
  return { what: i18n.t('errors.app.internal.what'), next: i18n.t('errors.app.internal.next') };
}
