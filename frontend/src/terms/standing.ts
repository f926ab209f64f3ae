import type { ConsentRow, Reason, Standing } from '../door/shapes';
import type { ConsentState as Badge } from '../ui';

/** The badge of a list row, which knows the standing alone. */
export function badgeOfStanding(standing: Standing): Badge {
  switch (standing) {
    case 'can_text':
      return 'given';
    case 'limited':
      return 'limited';
    case 'cannot_text':
      return 'cannot';
    case 'unknown':
      return 'unknown';
  }
}

const byReason: Readonly<Record<string, Badge>> = {
  'policy.opted_out': 'stopped',
  'policy.no_consent': 'none',
  'policy.consent_unsigned': 'pending',
  'policy.consent_pending': 'pending',
  'policy.consent_declined': 'none',
  'policy.consent_unanswered': 'none',
  'policy.consent_not_begun': 'later',
  'policy.consent_expired': 'expired',
  'policy.consent_revoked': 'revoked',
  'policy.consent_paused': 'paused',
  'policy.consent_grown_up': 'paused',
  'policy.consent_disputed': 'paused',
  'policy.consent_court': 'paused',
  'policy.consent_self': 'paused',
  'policy.consent_verbal': 'pending',
  'policy.number_paused': 'paused',
  'policy.number_incident': 'paused',
  'policy.limited_narrowed': 'narrowed',
  'policy.limited_ending': 'expiring',
};

/** The badge of a card, which knows the hardest reason too. */
export function badgeOfCard(card: { standing: Standing; reasons: readonly Reason[] }): Badge {
  const first = card.reasons[0];
  return (first && byReason[first.code]) ?? badgeOfStanding(card.standing);
}

/** The badge of one consent; later is one whose first day is still to come. */
export function badgeOfConsent(state: ConsentRow['state'], later = false): Badge {
  switch (state) {
    case 'given':
    case 'narrowed':
    case 'expiring':
      return later ? 'later' : state;
    case 'requested':
    case 'verbal':
      return 'pending';
    case 'declined':
    case 'unanswered':
      return 'none';
    default:
      return state;
  }
}
