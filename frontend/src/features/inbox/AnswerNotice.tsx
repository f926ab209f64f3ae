import { type ReactNode, useState } from 'react';
import type { Category, CheckedText } from '../../door/shapes';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { ReasonList } from '../../terms/ReasonList';
import { useReasonWords } from '../../terms/reasons';
import { useTerms } from '../../terms/terms';
import { Button, Dialog, Notice, useNow } from '../../ui';

interface Props {
  readonly checked: CheckedText;
  readonly category: Category;
  /** A button for a next step that the screens know how to take. */
  readonly remedyFor: (step: string) => ReactNode;
  /** Begins to let it go beyond the clinic's own limits, where whoever writes may. */
  readonly onLift: () => void;
}

/** Why the text may go, or why not and what to do: one line above the composer. */
export function AnswerNotice({ checked, category, remedyFor, onLift }: Props) {
  const t = useWords();
  const terms = useTerms();
  const formats = useFormats();
  const now = useNow();
  const words = useReasonWords();
  const [all, setAll] = useState(false);
  const { reasons } = checked;
  const first = reasons[0];
  // Reasons that come back later do not open by themselves.
  if (all && !first) setAll(false);

  if (!first) {
    return (
      <Notice
        compact
        live
        tone="ok"
        title={
          checked.isReply
            ? t('inbox.answer.reply')
            : t('inbox.answer.consent', { topic: terms.category(category) })
        }
      />
    );
  }
  const { why, next } = words(first);
  const waits = checked.answer === 'wait' && checked.until !== '';
  const leaves = () =>
    formats.isToday(checked.until, now)
      ? t('inbox.answer.waitToday', { time: formats.time(checked.until) })
      : t('inbox.answer.wait', { time: formats.dateTime(checked.until, now) });
  return (
    <>
      <Notice
        live
        tone={checked.answer === 'no' ? 'stop' : 'warn'}
        title={waits ? leaves() : why}
        action={
          <>
            {remedyFor(first.next)}
            {checked.lift ? (
              <Button kind="quiet" onClick={onLift}>
                {t('inbox.lift.open')}
              </Button>
            ) : null}
            <Button kind="quiet" onClick={() => setAll(true)}>
              {reasons.length > 1
                ? t('inbox.answer.allReasons', { count: reasons.length })
                : t('inbox.answer.details')}
            </Button>
          </>
        }
      >
        <p>{waits ? why : next}</p>
      </Notice>
      <Dialog open={all} onClose={() => setAll(false)} title={t('inbox.answer.title')}>
        <ReasonList reasons={reasons} withSource />
      </Dialog>
    </>
  );
}
