import { IconInbox, IconMessageCircleQuestion, IconSearch, IconSend } from '@tabler/icons-react';
import type { ReactNode, Ref } from 'react';
import { asDoorError } from '../../door/error';
import type { InboxView, ThreadRow as Row } from '../../door/shapes';
import { useInbox } from '../../door/useInbox';
import { useWords } from '../../i18n/I18nProvider';
import { badgeOfStanding } from '../../terms/standing';
import {
  EmptyState,
  ErrorState,
  Pane,
  SearchField,
  Skeleton,
  ThreadRow,
  threadRowHeight,
  ViewTabs,
  VirtualList,
} from '../../ui';
import { useSettled } from './useSettled';

interface Props {
  readonly view: InboxView;
  readonly onView: (view: InboxView) => void;
  readonly search: string;
  readonly onSearch: (search: string) => void;
  /** The conversation that is open. */
  readonly selected: string | null;
  readonly onOpen: (thread: string) => void;
  readonly searchRef: Ref<HTMLInputElement>;
  readonly actions?: ReactNode;
}

const views: readonly InboxView[] = ['all', 'unread', 'unknown', 'waiting'];

/** The conversations, newest text first, with search and four views. */
export function ThreadListPane({
  view,
  onView,
  search,
  onSearch,
  selected,
  onOpen,
  searchRef,
  actions,
}: Props) {
  const t = useWords();
  // Searching is recorded: what was typed on the way to a name is not asked for.
  const settled = useSettled(search.trim(), 250);
  const inbox = useInbox(view, settled);

  return (
    <Pane
      title={t('inbox.title')}
      level={1}
      fill
      actions={actions}
      tools={
        <>
          <SearchField
            label={t('inbox.search')}
            value={search}
            onChange={onSearch}
            shortcut="/"
            inputRef={searchRef}
          />
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
        </>
      }
    >
      {inbox.error ? (
        <ErrorState error={asDoorError(inbox.error)} onRetry={() => void inbox.refetch()} />
      ) : inbox.isPending ? (
        <Skeleton shape="rows" count={8} />
      ) : inbox.rows.length === 0 ? (
        <NoThreads view={view} searching={settled !== ''} />
      ) : (
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
      )}
    </Pane>
  );
}

const forPerson = new Set<Row['state']>(['failed', 'held', 'ask']);

function Line({ row }: { readonly row: Row }) {
  const t = useWords();
  return (
    <ThreadRow
      name={row.patient?.name ?? null}
      phone={row.phone}
      preview={row.snippet || t('inbox.noSnippet')}
      at={row.at}
      unread={row.unread}
      answered={row.way === 'out'}
      attention={forPerson.has(row.state)}
      consent={badgeOfStanding(row.standing)}
    />
  );
}

function NoThreads({ view, searching }: { readonly view: InboxView; readonly searching: boolean }) {
  const t = useWords();
  const icon = { size: '2rem', stroke: 1.5 } as const;
  if (searching) {
    return (
      <EmptyState icon={<IconSearch {...icon} />} title={t('inbox.none.search.title')}>
        <p>{t('inbox.none.search.body')}</p>
      </EmptyState>
    );
  }
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
