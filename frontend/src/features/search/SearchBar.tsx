import { IconAdjustmentsHorizontal } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, type Ref, useMemo } from 'react';
import { useKnownState } from '../../door/context';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import {
  Button,
  CheckField,
  Chip,
  DateField,
  InlineSelect,
  Popover,
  SearchField,
  SelectField,
} from '../../ui';
import { type Filters, noFilters, set } from './filters';
import classes from './SearchBar.module.css';
import type { Searching } from './useSearching';

interface Props {
  readonly searching: Searching;
  readonly inputRef: Ref<HTMLInputElement>;
  /** Keys that belong to what was found. */
  readonly onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => void;
  /** A choice about the conversation that is open. */
  readonly here?: ReactNode;
}

/** Where a search is typed and narrowed. */
export function SearchBar({ searching, inputRef, onKeyDown, here }: Props) {
  const t = useWords();
  const { words, setWords, filters, setFilters, best, setBest, active } = searching;
  const narrowed = set(filters);
  const sorts = useMemo(
    () => [
      { value: 'newest' as const, label: t('search.sort.newest') },
      { value: 'best' as const, label: t('search.sort.best') },
    ],
    [t],
  );
  return (
    <>
      <div className={classes['bar']}>
        <div className={classes['field']}>
          <SearchField
            label={t('search.field')}
            value={words}
            onChange={setWords}
            shortcut="/"
            inputRef={inputRef}
            onKeyDown={onKeyDown}
          />
        </div>
        <Popover
          label={t('search.narrow')}
          icon={<IconAdjustmentsHorizontal size="1.25rem" />}
          count={narrowed.length}
        >
          <FilterForm filters={filters} onChange={setFilters} here={here} />
        </Popover>
      </div>
      {narrowed.length > 0 ? (
        <div className={classes['chips']}>
          {narrowed.map((name) => (
            <FilterChip
              key={name}
              name={name}
              filters={filters}
              onRemove={() => setFilters({ ...filters, [name]: noFilters[name] })}
            />
          ))}
        </div>
      ) : null}
      {active ? (
        <div className={classes['sort']}>
          <InlineSelect
            label={t('search.sort.label')}
            value={best ? 'best' : 'newest'}
            options={sorts}
            onChange={(value) => setBest(value === 'best')}
          />
        </div>
      ) : null}
    </>
  );
}

function FilterChip({
  name,
  filters,
  onRemove,
}: {
  readonly name: keyof Filters;
  readonly filters: Filters;
  readonly onRemove: () => void;
}) {
  const t = useWords();
  const formats = useFormats();
  const members = useKnownState()?.members ?? [];
  const words: Record<keyof Filters, () => string> = {
    patient: () => t('search.with', { who: filters.patient?.name ?? '' }),
    way: () => t(filters.way === 'in' ? 'search.way.in' : 'search.way.out'),
    author: () => t('search.by', { who: members.find((m) => m.id === filters.author)?.name ?? '' }),
    state: () => t(`search.state.${filters.state || 'all'}`),
    from: () => t('search.since', { day: formats.day(filters.from) }),
    to: () => t('search.until', { day: formats.day(filters.to) }),
    attachments: () => t('search.attachments'),
  };
  return <Chip label={words[name]()} onRemove={onRemove} />;
}

interface FormProps {
  readonly filters: Filters;
  readonly onChange: (filters: Filters) => void;
  readonly here: ReactNode;
}

/** The conditions of a search, each in plain words. */
function FilterForm({ filters, onChange, here }: FormProps) {
  const t = useWords();
  const members = useKnownState()?.members ?? [];
  const everybody = 'everybody';
  return (
    <div className={classes['form']}>
      <h2 className={classes['heading']}>{t('search.narrow')}</h2>
      {here}
      <SelectField
        optional
        label={t('search.way.label')}
        value={filters.way === '' ? 'all' : filters.way}
        options={[
          { value: 'all', label: t('search.way.all') },
          { value: 'in', label: t('search.way.in') },
          { value: 'out', label: t('search.way.out') },
        ]}
        onChange={(way) =>
          onChange({ ...filters, way: way === 'all' ? '' : (way as 'in' | 'out') })
        }
      />
      <SelectField
        optional
        label={t('search.author')}
        value={filters.author || everybody}
        options={[
          { value: everybody, label: t('search.anybody') },
          ...members.map((m) => ({ value: m.id, label: m.name })),
        ]}
        onChange={(author) => onChange({ ...filters, author: author === everybody ? '' : author })}
      />
      <SelectField
        optional
        label={t('search.state.label')}
        value={filters.state === '' ? 'all' : filters.state}
        options={(['all', 'unread', 'unknown', 'waiting'] as const).map((value) => ({
          value,
          label: t(`search.state.${value}`),
        }))}
        onChange={(state) => onChange({ ...filters, state: state === 'all' ? '' : state })}
      />
      <DateField
        optional
        label={t('search.from')}
        value={filters.from}
        onChange={(from) => onChange({ ...filters, from })}
      />
      <DateField
        optional
        label={t('search.to')}
        value={filters.to}
        onChange={(to) => onChange({ ...filters, to })}
      />
      <CheckField
        label={t('search.attachments')}
        checked={filters.attachments}
        onChange={(attachments) => onChange({ ...filters, attachments })}
      />
      <Button
        kind="quiet"
        onClick={() => onChange(noFilters)}
        blocked={set(filters).length === 0 ? t('search.nothingSet') : undefined}
      >
        {t('search.clear')}
      </Button>
    </div>
  );
}

interface HereProps {
  readonly searching: Searching;
  readonly patient: { readonly id: string; readonly name: string };
}

/** Narrows a search to the patient whose conversation is open. */
export function OnlyThisPatient({ searching, patient }: HereProps) {
  const t = useWords();
  const { filters, setFilters } = searching;
  return (
    <CheckField
      label={t('search.with', { who: patient.name })}
      checked={filters.patient?.id === patient.id}
      onChange={(only) => setFilters({ ...filters, patient: only ? patient : null })}
    />
  );
}
