import type { Category, Message, ThreadPage } from '../../door/shapes';

/**
 * What a text here is most likely about: the same as the last one, where the
 * patient has agreed to that, else the first thing that the patient agreed to.
 */
export function firstCategory(page: ThreadPage, messages: readonly Message[]): Category {
  const inForce = page.patient?.consents.find(
    (c) => c.state === 'given' || c.state === 'narrowed' || c.state === 'expiring',
  );
  const last = messages.findLast((m) => m.way === 'out' && m.category !== 'reminders');
  if (last && inForce?.categories.includes(last.category)) return last.category;
  if (inForce && !inForce.categories.includes('scheduling')) {
    return inForce.categories[0] ?? 'scheduling';
  }
  return 'scheduling';
}
