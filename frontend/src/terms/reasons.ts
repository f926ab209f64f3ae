import { useTranslation } from 'react-i18next';
import type { Reason } from '../door/shapes';
import { type ErrorWords, errorWords, phrase } from '../i18n/errors';
import { useFormats } from '../i18n/I18nProvider';
import { useNow } from '../ui';

/** A reason in sentences. */
export interface ReasonWords {
  readonly why: string;
  /** What a person can do now. */
  readonly next: string;
  /** What the rule rests on. */
  readonly source: string;
}

/** Puts reasons into words; a reason that this version does not know gets a general sentence. */
export function useReasonWords(): (reason: Reason) => ReasonWords {
  const { i18n } = useTranslation();
  const formats = useFormats();
  const now = useNow();
  return (reason) => ({
    why:
      phrase(i18n, formats, `reasons.${reason.code}`, reason.params, now) ??
      i18n.t('inbox.unknownReason'),
    next: phrase(i18n, formats, `steps.${reason.next}`, reason.params, now) ?? '',
    source: phrase(i18n, formats, `sources.${reason.source}`, {}, now) ?? '',
  });
}

/** Puts a problem into words: what happened, and what to do. */
export function useProblemWords(): (problem: {
  code: string;
  params: Record<string, unknown>;
}) => ErrorWords {
  const { i18n } = useTranslation();
  const formats = useFormats();
  const now = useNow();
  return ({ code, params }) => errorWords(i18n, formats, { code, params, retry: false }, now);
}
