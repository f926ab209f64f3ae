import type { Finding } from '../../door/shapes';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { useNow } from '../../ui';

/** What is not in this copy, in one sentence. */
export function useMissing(finding: Finding): string {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const from = finding.missingFrom ? formats.dateTime(finding.missingFrom, now) : '';
  const until = finding.missingUntil ? formats.dateTime(finding.missingUntil, now) : '';
  if (from && until) return t('halted.between', { from, until });
  if (from) return t('halted.after', { from });
  if (until) return t('halted.before', { until });
  return t('halted.unknown');
}
