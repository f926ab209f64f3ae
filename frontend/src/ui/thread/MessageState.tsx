import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconCalendarTime,
  IconCheck,
  IconChecks,
  IconClock,
  IconClockPause,
  IconHelpCircle,
  IconSend,
} from '@tabler/icons-react';
import type { Moment } from '../../i18n/formats';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { useNow } from '../now';
import classes from './MessageState.module.css';

/** Where a text of ours is. The words for it are in the catalogues. */
export type MessageStateValue =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'waitingUntil'; readonly until: Moment }
  /** The phone service has it, and sends it then. */
  | { readonly kind: 'scheduled'; readonly until: Moment }
  /** The phone service is being told not to send it. */
  | { readonly kind: 'recalling' }
  /** Waited too long: a person decides whether it still goes. */
  | { readonly kind: 'held' }
  | { readonly kind: 'sending' }
  | { readonly kind: 'sent' }
  | { readonly kind: 'delivered' }
  | { readonly kind: 'failed' }
  /** The answer was lost and is being looked for. */
  | { readonly kind: 'unsure' }
  /** The answer was lost and cannot be found: a person decides. */
  | { readonly kind: 'ask' }
  /** Taken back before it left. */
  | { readonly kind: 'withdrawn' }
  /** Let be by a person: it may have left all the same. */
  | { readonly kind: 'given_up' };

interface Props {
  readonly state: MessageStateValue;
}

const icon = { size: '0.9375rem', stroke: 2, 'aria-hidden': true } as const;

function picture(kind: MessageStateValue['kind']) {
  switch (kind) {
    case 'waiting':
    case 'waitingUntil':
      return <IconClock {...icon} />;
    case 'scheduled':
      return <IconCalendarTime {...icon} />;
    case 'held':
      return <IconClockPause {...icon} />;
    case 'sending':
      return <IconSend {...icon} />;
    case 'sent':
      return <IconCheck {...icon} />;
    case 'delivered':
      return <IconChecks {...icon} />;
    case 'failed':
      return <IconAlertTriangle {...icon} />;
    case 'unsure':
    case 'ask':
    case 'given_up':
      return <IconHelpCircle {...icon} />;
    case 'recalling':
    case 'withdrawn':
      return <IconArrowBackUp {...icon} />;
  }
}

/** The state of a text of ours, as a picture and words. */
export function MessageState({ state }: Props) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const words =
    'until' in state
      ? t(`message.${state.kind}`, { time: formats.timeOrDay(state.until, now) })
      : t(`message.${state.kind}`);
  return (
    <span className={classes['state']} data-kind={state.kind}>
      {picture(state.kind)}
      {words}
    </span>
  );
}
