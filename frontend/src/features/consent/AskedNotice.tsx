import type { AskedByText, ConsentRow } from '../../door/shapes';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { Notice, useNow } from '../../ui';

interface Props {
  readonly state: ConsentRow['state'];
  readonly asked: AskedByText;
}

const left = new Set<AskedByText['text']>(['sent', 'delivered', 'unsure', 'ask', 'sending']);

/** What came of asking by text. */
export function AskedNotice({ state, asked }: Props) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  switch (state) {
    case 'requested':
      return left.has(asked.text) ? (
        <Notice
          compact
          tone="info"
          title={t('paper.asked.open', {
            date: formats.dateTime(asked.at, now),
            until: formats.dateTime(asked.until, now),
          })}
        >
          {asked.reminded ? t('paper.asked.reminded') : null}
        </Notice>
      ) : (
        <Notice compact tone="info" title={t('paper.asked.waits')} />
      );
    case 'pending':
      return <Notice compact tone="warn" title={t('paper.asked.answered')} />;
    case 'declined':
      return <Notice compact tone="stop" title={t('paper.asked.declined')} />;
    case 'unanswered':
      return <Notice compact tone="warn" title={t('paper.asked.unanswered')} />;
    default:
      return null;
  }
}
