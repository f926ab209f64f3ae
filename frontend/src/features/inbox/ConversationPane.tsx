import { IconInfoCircle } from '@tabler/icons-react';
import { type ReactNode, type Ref, useState } from 'react';
import { useMay } from '../../door/context';
import { asDoorError } from '../../door/error';
import type { Message, ThreadPage } from '../../door/shapes';
import { useThread } from '../../door/useInbox';
import { useWords } from '../../i18n/I18nProvider';
import { badgeOfCard } from '../../terms/standing';
import { Avatar, ConsentBadge, ErrorState, IconButton, Pane, Skeleton } from '../../ui';
import { ComposerPane, type Reused } from './ComposerPane';
import classes from './ConversationPane.module.css';
import { DoubtNotice } from './DoubtNotice';
import { MovedNotice } from './MovedNotice';
import { Texts } from './Texts';
import { useMarkRead } from './useMarkRead';
import { WhySentDialog } from './WhySentDialog';

interface Props {
  readonly thread: string;
  /** The text to begin at; the newest where there is none. */
  readonly around: string | null;
  readonly onNewest: () => void;
  readonly onBack: () => void;
  readonly detailsOpen: boolean;
  readonly onDetails: (open: boolean) => void;
  readonly composerRef: Ref<HTMLTextAreaElement>;
  /** Says that a text went to the wrong person, or opens its incident. */
  readonly onWrong: (message: Message, page: ThreadPage) => void;
  /** The next step for a reason that keeps a text from going, where the screens have one. */
  readonly remedyFor: (step: string, page: ThreadPage) => ReactNode;
}

/** One conversation: its texts, and the composer with its answer. */
export function ConversationPane(props: Props) {
  const t = useWords();
  const { thread, around, onBack, detailsOpen, onDetails } = props;
  const query = useThread(thread, around);
  const page = query.newest;

  if (query.error && !page) {
    return (
      <Pane title={t('inbox.conversation')} onBack={onBack}>
        <div className={classes['alone']}>
          <ErrorState error={asDoorError(query.error)} onRetry={() => void query.refetch()} />
        </div>
      </Pane>
    );
  }
  if (!page) {
    return (
      <Pane title={t('inbox.conversation')} onBack={onBack} fill>
        <Skeleton shape="messages" />
      </Pane>
    );
  }
  const name = page.patient?.name ?? null;
  return (
    <Pane
      fill
      onBack={onBack}
      lead={<Avatar name={name} />}
      title={<span dir="auto">{name ?? page.phone}</span>}
      subtitle={
        <span className={classes['about']}>
          {name ? page.phone : t(page.notPatient ? 'thread.notPatient' : 'thread.unknown')}
          <ConsentBadge state={page.patient ? badgeOfCard(page.patient) : 'unknown'} />
        </span>
      }
      actions={
        <IconButton
          label={detailsOpen ? t('ui.hideDetails') : t('ui.showDetails')}
          icon={<IconInfoCircle size="1.25rem" />}
          expanded={detailsOpen}
          onClick={() => onDetails(!detailsOpen)}
        />
      }
    >
      <Opened
        {...props}
        page={page}
        messages={query.messages}
        onOlder={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
        olderBusy={query.isFetchingNextPage}
        onNewer={query.hasPreviousPage ? () => void query.fetchPreviousPage() : undefined}
        newerBusy={query.isFetchingPreviousPage}
      />
    </Pane>
  );
}

interface OpenedProps extends Props {
  readonly page: ThreadPage;
  readonly messages: readonly Message[];
  readonly onOlder: (() => void) | undefined;
  readonly olderBusy: boolean;
  readonly onNewer: (() => void) | undefined;
  readonly newerBusy: boolean;
}

function Opened({
  thread,
  around,
  onNewest,
  page,
  messages,
  onOlder,
  olderBusy,
  onNewer,
  newerBusy,
  composerRef,
  onWrong,
  remedyFor,
}: OpenedProps) {
  const maySend = useMay('texts.send');
  const [why, setWhy] = useState<string | null>(null);
  const [reused, setReused] = useState<Reused>({ body: '', again: '', picture: '', count: 0 });
  useMarkRead(page);
  return (
    <>
      <MovedNotice moves={page.moves} />
      <DoubtNotice doubts={page.doubts} />
      <Texts
        page={page}
        messages={messages}
        onOlder={onOlder}
        olderBusy={olderBusy}
        target={around}
        onNewer={onNewer}
        newerBusy={newerBusy}
        onNewest={onNewest}
        onWhy={setWhy}
        onWrong={(message) => onWrong(message, page)}
        onReuse={({ id, body, attachments }) =>
          setReused((was) => ({
            body,
            again: id,
            picture: attachments.find((a) => a.kind === 'picture' && !a.lost)?.id ?? '',
            count: was.count + 1,
          }))
        }
      />
      {maySend ? (
        <ComposerPane
          key={thread}
          page={page}
          messages={messages}
          reused={reused}
          inputRef={composerRef}
          onSent={onNewest}
          remedyFor={remedyFor}
        />
      ) : null}
      <WhySentDialog message={why} onClose={() => setWhy(null)} />
    </>
  );
}
