import {
  IconCalendarTime,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleHalf2,
  IconClockExclamation,
  IconClockPause,
  IconFiles,
  IconHandStop,
  IconHourglassEmpty,
  IconMessageOff,
  IconQuestionMark,
  IconSignature,
} from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useWords } from '../../i18n/I18nProvider';
import type { Tone } from '../theme/tokens';
import classes from './ConsentBadge.module.css';

/** Whether a patient may be texted, as one word for the screen. */
export type ConsentState =
  | 'given'
  | 'narrowed'
  /** With limits of whatever kind; what they are stands elsewhere. */
  | 'limited'
  | 'expiring'
  /** Signed, for a day that is still to come. */
  | 'later'
  | 'expired'
  | 'pending'
  | 'none'
  | 'revoked'
  | 'paused'
  | 'stopped'
  /** A newer one took its place. */
  | 'replaced'
  /** Not at present, for a reason that stands elsewhere. */
  | 'cannot'
  /** A number that nobody has named. */
  | 'unknown';

export const consentStates: readonly ConsentState[] = [
  'given',
  'narrowed',
  'limited',
  'expiring',
  'later',
  'pending',
  'none',
  'expired',
  'paused',
  'revoked',
  'stopped',
  'replaced',
  'cannot',
  'unknown',
];

const looks: Readonly<Record<ConsentState, { tone: Tone; icon: (size: string) => ReactElement }>> =
  {
    given: { tone: 'ok', icon: (size) => <IconCircleCheck size={size} /> },
    narrowed: { tone: 'info', icon: (size) => <IconCircleHalf2 size={size} /> },
    limited: { tone: 'info', icon: (size) => <IconCircleHalf2 size={size} /> },
    expiring: { tone: 'warn', icon: (size) => <IconHourglassEmpty size={size} /> },
    later: { tone: 'info', icon: (size) => <IconCalendarTime size={size} /> },
    expired: { tone: 'stop', icon: (size) => <IconClockExclamation size={size} /> },
    pending: { tone: 'warn', icon: (size) => <IconSignature size={size} /> },
    none: { tone: 'warn', icon: (size) => <IconCircleDashed size={size} /> },
    revoked: { tone: 'stop', icon: (size) => <IconMessageOff size={size} /> },
    paused: { tone: 'warn', icon: (size) => <IconClockPause size={size} /> },
    stopped: { tone: 'stop', icon: (size) => <IconHandStop size={size} /> },
    replaced: { tone: 'info', icon: (size) => <IconFiles size={size} /> },
    cannot: { tone: 'warn', icon: (size) => <IconMessageOff size={size} /> },
    unknown: { tone: 'info', icon: (size) => <IconQuestionMark size={size} /> },
  };

interface Props {
  readonly state: ConsentState;
}

/** Whether the patient may be texted: a picture, a word and a colour. */
export function ConsentBadge({ state }: Props) {
  const t = useWords();
  const { tone, icon } = looks[state];
  return (
    <span className={classes['badge']} data-tone={tone}>
      <span className={classes['icon']} aria-hidden="true">
        {icon('0.875rem')}
      </span>
      {t(`consent.${state}`)}
    </span>
  );
}

/** The picture alone, for a row of a list; the word is spoken and shown on pointing. Nothing where all is well. */
export function ConsentIcon({ state }: Props) {
  const t = useWords();
  const { tone, icon } = looks[state];
  const word = t(`consent.${state}`);
  if (state === 'given') return <span className="ql-spoken">{word}</span>;
  return (
    <span className={classes['alone']} data-tone={tone} title={word}>
      <span className={classes['icon']} aria-hidden="true">
        {icon('1rem')}
      </span>
      <span className="ql-spoken">{word}</span>
    </span>
  );
}
