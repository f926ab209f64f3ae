/** Zones around the globe, a few hours apart. */
const zones = [
  'Pacific/Honolulu',
  'America/Los_Angeles',
  'America/Denver',
  'America/New_York',
  'America/Puerto_Rico',
  'America/Sao_Paulo',
  'Atlantic/Azores',
  'Europe/London',
  'Africa/Johannesburg',
  'Asia/Dubai',
  'Asia/Karachi',
  'Asia/Bangkok',
  'Asia/Tokyo',
  'Australia/Brisbane',
  'Pacific/Guam',
  'Pacific/Auckland',
] as const;

/**
 * A zone in which it is now the middle of the day, and the same day for some
 * hours yet. The program runs by the real clock, and a text that a clinic starts
 * waits at night; so the clinic of a story lies where it is day.
 */
export function zoneAtMidday(now = new Date()): string {
  const found = zones.find((zone) => {
    const hour = Number(
      new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        hour: 'numeric',
        hourCycle: 'h23',
      }).format(now),
    );
    return hour >= 12 && hour <= 17;
  });
  if (!found) throw new Error('It is midday nowhere');
  return found;
}

/** Today in a zone, as the boxes of a date field take it. */
export function today(
  zone: string,
  now = new Date(),
): { day: string; month: string; year: string } {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    day: 'numeric',
    month: 'numeric',
    year: 'numeric',
  }).formatToParts(now);
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? '';
  return { day: part('day'), month: part('month'), year: part('year') };
}
