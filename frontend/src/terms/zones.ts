import type { Language } from '../i18n/i18n';

/** The time zones of the United States, east to west. */
const american = [
  'America/Puerto_Rico',
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Phoenix',
  'America/Los_Angeles',
  'America/Anchorage',
  'Pacific/Honolulu',
  'Pacific/Guam',
] as const;

/** Every zone that can be chosen: those of the United States first, then all others by name. */
export function zoneNames(): readonly string[] {
  const first = new Set<string>(american);
  return [...american, ...Intl.supportedValuesOf('timeZone').filter((z) => !first.has(z))];
}

/** The zone that this computer is set to, as a first suggestion to a person. */
export function computerZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Denver (Mountain Time); a zone without a name of its own is its place alone. */
export function zoneLabel(zone: string, language: Language): string {
  const place = zone.split('/').slice(1).join(', ').replaceAll('_', ' ') || zone;
  const name = new Intl.DateTimeFormat(language === 'es' ? 'es-US' : 'en-US', {
    timeZone: zone,
    timeZoneName: 'longGeneric',
  })
    .formatToParts(0)
    .find((part) => part.type === 'timeZoneName')?.value;
  return name && !name.startsWith('GMT') ? `${place} (${name})` : place;
}
