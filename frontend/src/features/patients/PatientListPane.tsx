import { IconSearch, IconUserPlus, IconUsers } from '@tabler/icons-react';
import { type Ref, useDeferredValue } from 'react';
import { useMay } from '../../door/context';
import { asDoorError } from '../../door/error';
import type { PatientRow } from '../../door/shapes';
import { usePatients } from '../../door/usePatients';
import { useWords } from '../../i18n/I18nProvider';
import { badgeOfStanding } from '../../terms/standing';
import {
  Avatar,
  Button,
  ConsentIcon,
  EmptyState,
  ErrorState,
  IconButton,
  Pane,
  SearchField,
  Skeleton,
  VirtualList,
} from '../../ui';
import classes from './PatientListPane.module.css';

interface Props {
  readonly search: string;
  readonly onSearch: (search: string) => void;
  readonly selected: string | null;
  readonly onOpen: (patient: string) => void;
  readonly onAdd: () => void;
  readonly searchRef: Ref<HTMLInputElement>;
}

const rowHeight = 3.75;

/** Every patient by name; two letters or the last digits of a number find one. */
export function PatientListPane({ search, onSearch, selected, onOpen, onAdd, searchRef }: Props) {
  const t = useWords();
  const mayAdd = useMay('patients.edit');
  const wanted = useDeferredValue(search.trim());
  const patients = usePatients(wanted);
  return (
    <Pane
      title={t('patients.title')}
      level={1}
      fill
      actions={
        mayAdd ? (
          <IconButton
            label={t('patients.add')}
            icon={<IconUserPlus size="1.25rem" />}
            onClick={onAdd}
          />
        ) : undefined
      }
      tools={
        <SearchField
          label={t('patients.search')}
          value={search}
          onChange={onSearch}
          shortcut="/"
          inputRef={searchRef}
        />
      }
    >
      {patients.error ? (
        <ErrorState error={asDoorError(patients.error)} onRetry={() => void patients.refetch()} />
      ) : patients.isPending ? (
        <Skeleton shape="rows" count={10} />
      ) : patients.rows.length > 0 ? (
        <VirtualList
          label={t('patients.title')}
          items={patients.rows}
          keyOf={(row) => row.id}
          rowHeight={rowHeight}
          selected={selected}
          onOpen={(row) => onOpen(row.id)}
          onEnd={() => {
            if (patients.hasNextPage && !patients.isFetchingNextPage) void patients.fetchNextPage();
          }}
        >
          {(row) => <Line row={row} />}
        </VirtualList>
      ) : wanted ? (
        <EmptyState
          icon={<IconSearch size="2rem" stroke={1.5} />}
          title={t('patients.noneFound.title')}
        >
          <p>{t('patients.noneFound.body')}</p>
        </EmptyState>
      ) : (
        <EmptyState
          icon={<IconUsers size="2rem" stroke={1.5} />}
          title={t('patients.none.title')}
          action={
            mayAdd ? (
              <Button kind="main" onClick={onAdd}>
                {t('patients.add')}
              </Button>
            ) : undefined
          }
        >
          <p>{t('patients.none.body')}</p>
        </EmptyState>
      )}
    </Pane>
  );
}

function Line({ row }: { readonly row: PatientRow }) {
  return (
    <div className={classes['row']}>
      <Avatar name={row.name} />
      <span className={classes['words']}>
        <span className={classes['name']} dir="auto">
          {row.name}
        </span>
        <span className={classes['phone']}>{row.phone}</span>
      </span>
      <ConsentIcon state={badgeOfStanding(row.standing)} />
    </div>
  );
}
