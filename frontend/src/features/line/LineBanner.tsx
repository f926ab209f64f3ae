import { useLine } from '../../door/useLine';
import { useWords } from '../../i18n/I18nProvider';
import { useProblemWords } from '../../terms/reasons';
import { Banner, Button, ConnectionBanner, useNow } from '../../ui';
import { connectionOf } from './connection';

interface Props {
  /** Opens the form that connects the number; missing where the person may not. */
  readonly onConnect: (() => void) | undefined;
}

/** Says when texts may be late, wait or cannot go at all; nothing while all is well. */
export function LineBanner({ onConnect }: Props) {
  const t = useWords();
  const now = useNow();
  const problem = useProblemWords();
  const { data } = useLine();
  if (!data) return null;
  const connect = onConnect ? <Button onClick={onConnect}>{t('line.connect')}</Button> : undefined;
  if (data.line === 'trouble') {
    const words = problem(data.problem ?? { code: 'provider.unavailable', params: {} });
    return (
      <Banner tone="stop" action={connect}>
        {words.what} {words.next}
      </Banner>
    );
  }
  const connection = connectionOf(data, now);
  const unanswered = data.unanswered ? problem(data.unanswered) : undefined;
  return (
    <>
      <ConnectionBanner
        connection={connection}
        action={connection.kind === 'never' ? connect : undefined}
      />
      {unanswered ? <Banner tone="warn">{`${unanswered.what} ${unanswered.next}`}</Banner> : null}
    </>
  );
}
