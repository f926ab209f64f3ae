import type { Doubt } from '../../door/shapes';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { Notice, useNow } from '../../ui';
import { DoubtAnswers } from './DoubtAnswers';
import classes from './Moved.module.css';

interface Props {
  readonly doubts: readonly Doubt[];
}

/** The questions of a conversation whether texts are still wanted, and the last answer. */
export function DoubtNotice({ doubts }: Props) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const open = doubts.filter((doubt) => doubt.decided === '');
  const last = doubts.findLast((doubt) => doubt.decided !== '' && doubt.by !== '');
  if (open.length === 0 && !last) return null;
  return (
    <div className={classes['moves']}>
      {open.map((doubt) => (
        <Notice
          key={doubt.message}
          tone="warn"
          title={t(`inbox.doubt.why.${doubt.why}`)}
          action={<DoubtAnswers doubt={doubt} />}
        >
          <p>{t(`inbox.doubt.what.${doubt.why}`)}</p>
        </Notice>
      ))}
      {open.length === 0 && last && last.decided !== '' ? (
        <Notice
          compact
          tone="info"
          title={t(
            last.decided === 'stranger'
              ? 'inbox.doubt.decided.stranger'
              : `inbox.doubt.decided.${last.why}.${last.decided}`,
            {
              who: last.by,
              date: formats.dateTime(last.decidedAt, now),
            },
          )}
        />
      ) : null}
    </div>
  );
}
