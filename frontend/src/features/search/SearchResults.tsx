import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { asDoorError } from '../../door/error';
import type { Asked } from '../../door/keys';
import type { FoundText, ThreadRow as Person } from '../../door/shapes';
import { useSearch } from '../../door/useSearch';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { badgeOfStanding } from '../../terms/standing';
import {
  Button,
  EmptyState,
  ErrorState,
  FoundRow,
  Skeleton,
  ThreadRow,
  threadRowHeight,
  useNow,
  VirtualList,
} from '../../ui';
import { noFilters, set } from './filters';
import classes from './SearchResults.module.css';
import type { Searching } from './useSearching';

interface Props {
  readonly searching: Searching;
  /** The text or the conversation that is open. */
  readonly selected: string | null;
  readonly onOpen: (thread: string, text: string | null) => void;
}

/** What was found, in the place of the conversations. */
export function SearchResults(props: Props) {
  const { asked } = props.searching;
  return asked ? <Found {...props} asked={asked} /> : <Hint />;
}

type Row =
  | { readonly kind: 'person'; readonly person: Person }
  | { readonly kind: 'text'; readonly text: FoundText };

const keyOf = (row: Row): string => (row.kind === 'person' ? row.person.id : row.text.message);

function Found({ searching, asked, selected, onOpen }: Props & { readonly asked: Asked }) {
  const t = useWords();
  const found = useSearch(asked);
  const { people, texts } = found;
  const rows: Row[] = [
    ...people.map((person) => ({ kind: 'person', person }) as const),
    ...texts.map((text) => ({ kind: 'text', text }) as const),
  ];
  // The lines may still be those of the letters before.
  const stale = found.isPlaceholderData || searching.words.trim() !== asked.words;
  const open = (row: Row) =>
    row.kind === 'person' ? onOpen(row.person.id, null) : onOpen(row.text.thread, row.text.message);
  const first = rows[0];
  const { hurry, setHurry } = searching;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!hurry || stale || !first) return;
    setHurry(false);
    // As if Enter had been pressed in the list: what is typed next is no word.
    box.current?.querySelector<HTMLElement>('[role="listbox"]')?.focus();
    open(first);
  });
  if (found.error) {
    return <ErrorState error={asDoorError(found.error)} onRetry={() => void found.refetch()} />;
  }
  if (found.isPending || (rows.length === 0 && found.goesOn)) {
    return <Skeleton shape="rows" count={6} />;
  }
  return (
    <div ref={box} className={classes['results']} data-stale={stale || undefined}>
      <p className="ql-spoken" role="status">
        {found.isFetching
          ? ''
          : rows.length === 0
            ? t(found.behind ? 'search.behind.title' : 'search.none.title')
            : t('search.spoken', { people: people.length, texts: texts.length })}
      </p>
      {rows.length === 0 && !found.hasNextPage ? (
        <Nothing searching={searching} behind={found.behind} />
      ) : null}
      {rows.length > 0 ? (
        <VirtualList
          label={t('search.results')}
          items={rows}
          keyOf={keyOf}
          rowHeight={threadRowHeight}
          selected={selected}
          titleOf={(row) =>
            row === rows[0]
              ? t(row.kind === 'person' ? 'search.people' : 'search.texts')
              : row === rows[people.length]
                ? t('search.texts')
                : null
          }
          onOpen={open}
          onEnd={() => {
            if (found.hasNextPage && !found.isFetching && texts.length > 0) {
              void found.fetchNextPage();
            }
          }}
          onEscape={searching.stop}
        >
          {(row) => <Line row={row} />}
        </VirtualList>
      ) : null}
      {rows.length > 0 || found.waits ? <Foot searching={searching} found={found} /> : null}
    </div>
  );
}

function Line({ row }: { readonly row: Row }) {
  const t = useWords();
  if (row.kind === 'person') {
    const { person } = row;
    return (
      <ThreadRow
        name={person.patient?.name ?? null}
        phone={person.phone}
        preview={person.snippet || t(person.media > 0 ? 'inbox.picture' : 'inbox.noSnippet')}
        at={person.at}
        unread={person.unread}
        answered={person.way === 'out'}
        consent={badgeOfStanding(person.standing)}
      />
    );
  }
  const { text } = row;
  return (
    <FoundRow
      name={text.patient?.name ?? null}
      phone={text.phone}
      author={text.author}
      at={text.at}
      snippet={text.snippet || t('inbox.noSnippet')}
      marks={text.marks}
      attached={text.media > 0}
    />
  );
}

interface FootProps {
  readonly searching: Searching;
  readonly found: ReturnType<typeof useSearch>;
}

/** How far was looked, and what else can be done. */
function Foot({ searching, found }: FootProps) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const { inside, hasNextPage, waits, isFetching, backTo, morePeople } = found;
  const words = searching.words.trim() !== '';
  return (
    <div className={classes['foot']}>
      {found.behind ? <p>{t('search.behind.body')}</p> : null}
      {morePeople ? <p>{t('search.morePeople')}</p> : null}
      {inside && !searching.inside ? <p>{t('search.onlyInside')}</p> : null}
      {waits ? (
        <>
          {backTo ? <p>{t('search.backTo', { time: formats.dateTime(backTo, now) })}</p> : null}
          <Button kind="quiet" busy={isFetching} onClick={() => void found.fetchNextPage()}>
            {t('search.goOn')}
          </Button>
        </>
      ) : null}
      {searching.best && backTo && !hasNextPage ? <p>{t('search.bestOf')}</p> : null}
      {words && !inside && !hasNextPage ? (
        <Button kind="quiet" onClick={() => searching.setInside(true)}>
          {t('search.lookInside')}
        </Button>
      ) : null}
    </div>
  );
}

const icon = { size: '2rem', stroke: 1.5 } as const;

/** What can be searched for, while there is too little to search. */
function Hint() {
  const t = useWords();
  return (
    <EmptyState icon={<IconSearch {...icon} />} title={t('search.hint.title')}>
      <p>{t('search.hint.words')}</p>
      <p>{t('search.hint.phrase')}</p>
      <p>{t('search.hint.number')}</p>
    </EmptyState>
  );
}

/** Nothing was found: what to try next. */
function Nothing({
  searching,
  behind,
}: {
  readonly searching: Searching;
  readonly behind: boolean;
}) {
  const t = useWords();
  const narrowed = set(searching.filters).length > 0;
  if (behind) {
    return (
      <EmptyState icon={<IconSearch {...icon} />} title={t('search.behind.title')}>
        <p>{t('search.behind.body')}</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<IconSearch {...icon} />}
      title={t('search.none.title')}
      action={
        narrowed ? (
          <Button onClick={() => searching.setFilters(noFilters)}>{t('search.clear')}</Button>
        ) : undefined
      }
    >
      <p>{t(narrowed ? 'search.none.narrowed' : 'search.none.body')}</p>
    </EmptyState>
  );
}
