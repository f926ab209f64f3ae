import { IconInbox, IconMessageCircleQuestion, IconSend } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { asDoorError } from '../../door/error';
import type { InboxView, ThreadRow as Row } from '../../door/shapes';
import { useInbox } from '../../door/useInbox';
import { useWords } from '../../i18n/I18nProvider';
import { badgeOfStanding } from '../../terms/standing';
import {
  EmptyState,
  ErrorState,
  Pane,
  Skeleton,
  ThreadRow,
  threadRowHeight,
  ViewTabs,
  VirtualList,
} from '../../ui';
import classes from './ThreadListPane.module.css';

interface Props {
  readonly view: InboxView;
  readonly onView: (view: InboxView) => void;
  /** Where a search is typed. */
  readonly search: ReactNode;
  /** What was found, in the place of the conversations, while somebody searches. */
  readonly found: ReactNode | null;
  /** The conversation that is open. */
  readonly selected: string | null;
  readonly onOpen: (thread: string) => void;
  readonly actions?: ReactNode;
}

const views: readonly InboxView[] = ['all', 'unread', 'unknown', 'waiting'];

/**
 * The conversations, newest text first, in four views. While somebody searches
 * they stay where they are, out of reach behind what was found.
 */
export function ThreadListPane(props: Props) {
  const { view, onView, search, found, actions } = props;
  const t = useWords();
  const inbox = useInbox(view, '');
  return (
    <Pane
      title={t('inbox.title')}
      level={1}
      fill
      actions={actions}
      tools={
        <>
          {search}
          {found ? null : (
            <ViewTabs
              label={t('inbox.views')}
              value={view}
              onChange={onView}
              views={views.map((value) => ({
                value,
                label: t(`inbox.view.${value}`),
                ...(value === 'unread' ? { count: inbox.unread } : {}),
              }))}
            />
          )}
        </>
      }
    >
      <div className={classes['layers']}>
        <div
          className={classes['layer']}
          inert={found !== null}
          data-behind={found !== null || undefined}
        >
          <Threads {...props} inbox={inbox} />
        </div>
        {found ? <div className={classes['layer']}>{found}</div> : null}
      </div>
    </Pane>
  );
}

function Threads({
  inbox,
  view,
  selected,
  onOpen,
}: Props & { readonly inbox: ReturnType<typeof useInbox> }) {
  const t = useWords();
  if (inbox.error) {
    return <ErrorState error={asDoorError(inbox.error)} onRetry={() => void inbox.refetch()} />;
  }
  if (inbox.isPending) return <Skeleton shape="rows" count={8} />;
  if (inbox.rows.length === 0) return <NoThreads view={view} />;
  return (
    <VirtualList
      label={t('thread.list')}
      items={inbox.rows}
      keyOf={(row) => row.id}
      rowHeight={threadRowHeight}
      selected={selected}
      onOpen={(row) => onOpen(row.id)}
      onEnd={() => {
        if (inbox.hasNextPage && !inbox.isFetchingNextPage) void inbox.fetchNextPage();
      }}
    >
      {(row) => <Line row={row} />}
    </VirtualList>
  );
}

const forPerson = new Set<Row['state']>(['failed', 'held', 'ask']);

function Line({ row }: { readonly row: Row }) {
  const t = useWords();
  return (
    <ThreadRow
      name={row.patient?.name ?? null}
      phone={row.phone}
      preview={row.snippet || t(row.media > 0 ? 'inbox.picture' : 'inbox.noSnippet')}
      at={row.at}
      unread={row.unread}
      answered={row.way === 'out'}
      attention={forPerson.has(row.state)}
      consent={badgeOfStanding(row.standing)}
    />
  );
}

function NoThreads({ view }: { readonly view: InboxView }) {
  const t = useWords();
  const icon = { size: '2rem', stroke: 1.5 } as const;
  const icons = {
    all: <IconInbox {...icon} />,
    unread: <IconInbox {...icon} />,
    unknown: <IconMessageCircleQuestion {...icon} />,
    waiting: <IconSend {...icon} />,
  };
  return (
    <EmptyState icon={icons[view]} title={t(`inbox.none.${view}.title`)}>
      <p>{t(`inbox.none.${view}.body`)}</p>
    </EmptyState>
  );
}
