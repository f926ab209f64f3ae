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

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Finds the sentences of an error. A code without sentences gets those of an
 * unexpected error, so that no code is ever shown; moments and numbers among
 * the parameters are written in the reader's way.
 */
export function errorWords(
  i18n: i18n,
  formats: Formats,
  error: ClinicError,
  now: Moment,
): ErrorWords {
  const params: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(error.params ?? {})) {
    // A count chooses the plural and must stay a number.
    if (typeof value === 'number') params[name] = name === 'count' ? value : formats.number(value);
    else if (typeof value === 'string')
      params[name] = instant.test(value) ? formats.dateTime(value, now) : value;
  }
  const known =
    /^[a-z0-9_]+\.[a-z0-9_]+$/.test(error.code) && i18n.exists(`errors.${error.code}.what`, params);
  const code = known ? error.code : 'app.internal';
  // The key is put together from a code, which the compiler cannot check.
  const say = i18n.t as (key: string, values: Record<string, string | number>) => string;
  return { what: say(`errors.${code}.what`, params), next: say(`errors.${code}.next`, params) };
}
