import type { Day, Formats } from '../../i18n/formats';

/** A day on which a text can go, with its times. */
export interface LaterDay {
  readonly day: Day;
  /** RFC 3339, the first first, and at least one. */
  readonly times: readonly string[];
}

/** When a text goes, and whether the phone service holds it until then. */
export interface Later {
  readonly sendAt: string;
  readonly atProvider: boolean;
}

const minute = 60_000;
const step = 30 * minute;
const days = 15;

/** The phone service takes nothing that is due sooner. */
const soonest = 20 * minute;

/** The farthest ahead that a reminder may be left with the phone service. */
const farthest = 72 * 60 * minute;

/**
 * Every half hour of the next two weeks, by days of the clinic. They are counted as
 * instants, so that a day on which the clocks change has the times that it has.
 */
export function laterDays(now: Date, formats: Formats): LaterDay[] {
  const first = Math.ceil((now.getTime() + soonest) / step) * step;
  const found = new Map<Day, string[]>();
  for (let at = first; at < first + days * 24 * 60 * minute; at += step) {
    const time = new Date(at);
    const day = formats.dayOf(time);
    found.set(day, [...(found.get(day) ?? []), time.toISOString()]);
  }
  return [...found].map(([day, times]) => ({ day, times }));
}

/** The times of a day as they are offered; an hour that comes twice names its zone. */
export function timesOf(
  day: LaterDay | undefined,
  formats: Formats,
): { readonly value: string; readonly label: string }[] {
  const times = day?.times ?? [];
  const shown = times.map((time) => formats.time(time));
  return times.map((value, at) => {
    const label = shown[at] ?? '';
    const twice = shown.indexOf(label) !== shown.lastIndexOf(label);
    return { value, label: twice ? formats.timeAndZone(value) : label };
  });
}

/** The same time of the next day: an hour at which somebody works. */
export function firstChoice(all: readonly LaterDay[]): string {
  const times = all.flatMap((d) => d.times);
  return times[48] ?? times[0] ?? '';
}

/** The time of another day that is nearest to the one that was chosen. */
export function onDay(day: LaterDay, chosen: string, formats: Formats): string {
  const same = day.times.find((time) => formats.time(time) === formats.time(chosen));
  return same ?? day.times[0] ?? chosen;
}

/** Whether the phone service may hold a reminder until then. */
export function holdable(sendAt: string, now: Date): boolean {
  const ahead = Date.parse(sendAt) - now.getTime();
  return ahead >= soonest && ahead <= farthest;
}
