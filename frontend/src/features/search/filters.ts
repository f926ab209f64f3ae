import type { PatientName, SearchState, SearchWay } from '../../door/shapes';

/** What a search is narrowed to. */
export interface Filters {
  readonly way: SearchWay;
  /** A member of staff, by id. */
  readonly author: string;
  readonly state: SearchState;
  /** Days, `YYYY-MM-DD`. */
  readonly from: string;
  readonly to: string;
  readonly attachments: boolean;
  readonly patient: PatientName | null;
}

export const noFilters: Filters = {
  way: '',
  author: '',
  state: '',
  from: '',
  to: '',
  attachments: false,
  patient: null,
};

/** The filters that are set, in the order of the form. */
export function set(filters: Filters): readonly (keyof Filters)[] {
  const all: readonly (keyof Filters)[] = [
    'patient',
    'way',
    'author',
    'state',
    'from',
    'to',
    'attachments',
  ];
  return all.filter((name) => filters[name] !== noFilters[name]);
}
