import { useMay } from '../../door/context';
import type { Message } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { useProblemWords } from '../../terms/reasons';
import { Button, ErrorState, Notice } from '../../ui';
import { useThreadRefresh } from './useThreadRefresh';

interface Props {
  readonly message: Message;
  readonly onReuse: (message: Message) => void;
}

/** Reasons that the title of the remark already says. */
const paused = 'policy.number_paused';
const said = new Set(['policy.held_too_long', 'exchange.lost', paused]);

/** What a person can do about a text that did not simply go. */
export function Remedy({ message, onReuse }: Props) {
  const resolve = useAction('text.resolve');
  const refresh = useThreadRefresh();
  const decide = async (send: boolean) => {
    await resolve.run({ id: message.id, send });
    // Where it was refused, the text may stand otherwise by now.
    await refresh();
  };
  return (
    <>
      <Choices message={message} onReuse={onReuse} busy={resolve.running} onDecide={decide} />
      {resolve.error ? <ErrorState error={resolve.error} /> : null}
    </>
  );
}

interface ChoicesProps extends Props {
  readonly busy: boolean;
  readonly onDecide: (send: boolean) => Promise<void>;
}

function Choices({ message, onReuse, busy, onDecide }: ChoicesProps) {
  const t = useWords();
  const problem = useProblemWords();
  const mayDecide = useMay('texts.confirm');
  const maySend = useMay('texts.send');
  const words = message.failure ? problem(message.failure) : null;
  switch (message.state) {
    case 'failed':
      return (
        <Notice
          tone="stop"
          title={words?.what ?? t('message.failed')}
          action={
            message.sentAgain || !maySend ? undefined : (
              <Button onClick={() => onReuse(message)}>{t('inbox.remedy.writeAgain')}</Button>
            )
          }
        >
          {message.sentAgain ? (
            <p>{t('inbox.remedy.wrote')}</p>
          ) : words ? (
            <p>{words.next}</p>
          ) : null}
        </Notice>
      );
    case 'held':
    case 'ask':
      return (
        <Notice
          tone="warn"
          title={t(
            message.failure?.code === paused
              ? 'inbox.remedy.held.paused'
              : `inbox.remedy.${message.state}.title`,
          )}
          action={
            mayDecide ? (
              <>
                <Button busy={busy} onClick={() => onDecide(true)}>
                  {t(`inbox.remedy.${message.state}.send`)}
                </Button>
                <Button kind="quiet" onClick={() => onDecide(false)}>
                  {t(`inbox.remedy.${message.state}.leave`)}
                </Button>
              </>
            ) : undefined
          }
        >
          {words && !said.has(message.failure?.code ?? '') ? <p>{words.what}</p> : null}
          <p>{t(`inbox.remedy.${message.state}.body`)}</p>
        </Notice>
      );
    case 'sent':
    case 'delivered':
    case 'recalling':
      return words ? (
        <Notice tone="warn" title={words.what}>
          <p>{words.next}</p>
        </Notice>
      ) : null;
    default:
      return (
        <>
          {message.failure?.code === 'provider.no_scheduler' && words ? (
            <Notice tone="info" title={words.what}>
              <p>{words.next}</p>
            </Notice>
          ) : null}
          {mayDecide ? (
            <Button kind="quiet" busy={busy} onClick={() => onDecide(false)}>
              {t('inbox.remedy.takeBack')}
            </Button>
          ) : null}
        </>
      );
  }
}

/** What the phone service found odd about a text that came in. */
export function Remark({ failure }: { readonly failure: NonNullable<Message['failure']> }) {
  const words = useProblemWords()(failure);
  return (
    <Notice tone="warn" title={words.what}>
      <p>{words.next}</p>
    </Notice>
  );
}
