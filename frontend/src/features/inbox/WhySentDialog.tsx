import { useQuery } from '@tanstack/react-query';
import { useDoor } from '../../door/context';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { textKeys } from '../../door/keys';
import type { Why } from '../../door/shapes';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { useTerms } from '../../terms/terms';
import { Dialog, ErrorState, FactList, Skeleton, useNow } from '../../ui';

interface Props {
  /** The text that is asked about; closed while null. */
  readonly message: string | null;
  readonly onClose: () => void;
}

/** Why a text was sent: what it rests on, who sent it and when that was decided. */
export function WhySentDialog({ message, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog open={message !== null} onClose={onClose} title={t('message.why')} width="sm">
      {message === null ? null : <Answer message={message} />}
    </Dialog>
  );
}

function Answer({ message }: { readonly message: string }) {
  const door = useDoor();
  const query = useQuery({
    queryKey: textKeys.why(message),
    queryFn: ({ signal }) => door.call('text.why', { id: message }, signal),
  });
  if (failed(query)) {
    return <ErrorState error={asDoorError(query.error)} onRetry={() => void query.refetch()} />;
  }
  return query.data ? <Facts why={query.data} /> : <Skeleton shape="details" count={3} />;
}

const known = ['reply', 'confirmed', 'lifted', 'request', 'first_text'] as const;

function Facts({ why }: { readonly why: Why }) {
  const t = useWords();
  const terms = useTerms();
  const formats = useFormats();
  const now = useNow();
  const kind = known.find((k) => k === why.kind) ?? 'consent';
  return (
    <FactList
      lead={t(`inbox.why.${kind}`)}
      facts={[
        ...(why.reason ? [{ term: t('inbox.why.reason'), value: why.reason }] : []),
        { term: t('inbox.why.topic'), value: terms.category(why.category) },
        ...(why.inReplyAt
          ? [{ term: t('inbox.why.inReplyTo'), value: formats.dateTime(why.inReplyAt, now) }]
          : []),
        ...(why.signedOn
          ? [{ term: t('inbox.why.signedOn'), value: formats.day(why.signedOn) }]
          : []),
        ...(why.form ? [{ term: t('inbox.why.form'), value: why.form }] : []),
        ...(why.by ? [{ term: t('inbox.why.by'), value: why.by }] : []),
        { term: t('inbox.why.decidedAt'), value: formats.dateTime(why.decidedAt, now) },
        ...(why.attempts > 1
          ? [{ term: t('inbox.why.attempts'), value: formats.number(why.attempts) }]
          : []),
      ]}
    />
  );
}
