import type { ConsentState } from '../thread/ConsentBadge';

/** The gallery's present: a Wednesday morning in Denver, always the same. */
export const present = new Date('2026-03-04T15:12:00Z');
export const presentZone = 'America/Denver';
export const presentClock = (): Date => present;

export interface SampleThread {
  readonly key: string;
  readonly name: string | null;
  readonly phone: string;
  readonly preview: string;
  readonly at: string;
  readonly unread: number;
  readonly answered?: boolean;
  readonly draft?: boolean;
  readonly attention?: boolean;
  readonly consent: ConsentState;
}

/** Names in the scripts of a city's patients. */
export const names = [
  'Maria Delgado',
  'James Whitaker',
  'Nguyễn Thị Lan',
  '王小明',
  'Омар Бекмамбетов',
  'فاطمة الزهراء',
  '김서연',
  'Siobhán Ó Briain',
  'Aaliyah Brooks',
  'Ελένη Παππά',
  "D'Andre Okafor-Smith",
] as const;

const one = (key: string, rest: Omit<SampleThread, 'key'>): SampleThread => ({ key, ...rest });

/** What the front desk sees on that morning. */
export const threads: readonly SampleThread[] = [
  one('1', {
    name: 'Maria Delgado',
    phone: '+13035550142',
    preview: 'Yes please, thank you.',
    at: '2026-03-04T15:05:00Z',
    unread: 0,
    consent: 'expiring',
  }),
  one('2', {
    name: 'James Whitaker',
    phone: '+13035550117',
    preview: 'Is the side door open after five?',
    at: '2026-03-04T14:58:00Z',
    unread: 2,
    consent: 'given',
  }),
  one('3', {
    name: null,
    phone: '+17205550199',
    preview: 'Hi, this is Sam’s dad, I got a new phone',
    at: '2026-03-04T14:41:00Z',
    unread: 1,
    consent: 'none',
  }),
  one('4', {
    name: 'Nguyễn Thị Lan',
    phone: '+13035550123',
    preview: 'The form is ready at the front desk.',
    at: '2026-03-04T14:20:00Z',
    unread: 0,
    answered: true,
    attention: true,
    consent: 'given',
  }),
  one('5', {
    name: '王小明',
    phone: '+13035550188',
    preview: 'Thursday at three works. See you then.',
    at: '2026-03-03T22:14:00Z',
    unread: 0,
    answered: true,
    consent: 'given',
  }),
  one('6', {
    name: 'فاطمة الزهراء',
    phone: '+13035550164',
    preview: 'شكرا جزيلا، إلى اللقاء',
    at: '2026-03-03T20:02:00Z',
    unread: 0,
    consent: 'narrowed',
  }),
  one('7', {
    name: 'Aaliyah Brooks',
    phone: '+13035550131',
    preview: 'Your visit on Friday is',
    at: '2026-03-03T18:30:00Z',
    unread: 0,
    draft: true,
    consent: 'given',
  }),
  one('8', {
    name: 'Siobhán Ó Briain',
    phone: '+13035550175',
    preview: 'STOP',
    at: '2026-03-02T16:45:00Z',
    unread: 0,
    consent: 'stopped',
  }),
  one('9', {
    name: 'Омар Бекмамбетов',
    phone: '+13035550150',
    preview: 'Ok',
    at: '2026-03-01T16:45:00Z',
    unread: 0,
    consent: 'given',
  }),
  one('10', {
    name: "D'Andre Okafor-Smith",
    phone: '+13035550109',
    preview: 'We look forward to seeing you on Monday.',
    at: '2026-02-24T16:45:00Z',
    unread: 0,
    answered: true,
    consent: 'expired',
  }),
  one('11', {
    name: 'Ελένη Παππά',
    phone: '+13035550111',
    preview: 'Ευχαριστώ',
    at: '2025-12-18T16:45:00Z',
    unread: 0,
    consent: 'paused',
  }),
];

/** The same again and again, for the list that has no end. */
export function manyThreads(count: number): SampleThread[] {
  return Array.from({ length: count }, (_, at) => {
    const thread = threads[at % threads.length] as SampleThread;
    return { ...thread, key: `many-${at}` };
  });
}

/** A drawn card: the gallery holds no photograph. */
export const drawing = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" width="1012" height="638"><rect width="1012" height="638" fill="#fbfbf9"/><rect width="1012" height="150" fill="#0f766e"/><circle cx="860" cy="420" r="90" fill="#d97706"/><path d="M60 260h420M60 340h300M60 520h640" stroke="#9aa3ae" stroke-width="26"/></svg>',
)}`;
