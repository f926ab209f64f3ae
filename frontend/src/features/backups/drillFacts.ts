import type { DrillRow } from '../../door/shapes';
import type { Formats, Moment } from '../../i18n/formats';
import type { Words } from '../../i18n/words';

/** How long a drill worked, in words: seconds, and minutes from two on. */
export function lasted(drill: DrillRow, t: Words): string {
  const seconds = Math.ceil((drill.copying + drill.restoring + drill.opening) / 1000);
  return seconds < 120
    ? t('drills.seconds', { count: seconds })
    : t('drills.minutes', { count: Math.round(seconds / 60) });
}

/** What is known of a drill, the same on the screen and on paper; `moment` writes a time for either. */
export function drillFacts(
  drill: DrillRow,
  t: Words,
  formats: Formats,
  moment: (at: Moment) => string,
): { readonly term: string; readonly value: string }[] {
  return [
    { term: t('drills.tried'), value: moment(drill.began) },
    { term: t('drills.by'), value: drill.by === '' ? t('drills.byItself') : drill.by },
    { term: t('drills.folder'), value: drill.folder },
    {
      term: t('drills.copy'),
      value:
        drill.copy > 0 ? `${formats.number(drill.copy)} · ${moment(drill.made)}` : t('drills.none'),
    },
    { term: t('drills.records'), value: formats.number(drill.events) },
    { term: t('drills.files'), value: formats.number(drill.attachments) },
    ...(drill.spoiled > 0
      ? [{ term: t('drills.lost'), value: formats.number(drill.spoiled) }]
      : []),
    { term: t('drills.took'), value: lasted(drill, t) },
    {
      term: t('drills.content'),
      value: drill.content === '' ? t('drills.none') : groups(drill.content),
    },
    {
      term: t('drills.read'),
      value:
        drill.seen.length > 0
          ? formats.list(drill.seen.map((s) => `${s.name} (${moment(s.at)})`))
          : t('drills.nobody'),
    },
  ];
}

/** A long number in groups that can be compared by eye. */
const groups = (hex: string): string => hex.match(/.{1,8}/g)?.join(' ') ?? hex;
