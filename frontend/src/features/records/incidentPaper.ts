import type { IncidentPaper } from '../../door/shapes';
import { isolated, type Paper } from '../../paper/sheet';
import { stepLine, stepMore } from '../../terms/incidents';
import {
  day,
  facts,
  heading,
  moment,
  paperOf,
  patientFacts,
  quiet,
  table,
  title,
  type Wording,
} from './wording';

/** The page of an incident, without the words of the text. */
export function incidentPaper(w: Wording, p: IncidentPaper): Paper {
  const { t, formats } = w;
  const { row } = p;
  const conclusion =
    row.conclusion === '' ? t('incidents.sheet.none') : t(`incidents.conclusion.${row.conclusion}`);
  const head = t('incidents.sheet.title');
  return paperOf(w, p.head, head, [
    title(head),
    heading(t('incidents.fact.about')),
    facts(patientFacts(w, p.patient)),
    heading(t('incidents.sheet.what')),
    facts([
      ...(row.recipient === ''
        ? []
        : [[t('incidents.fact.recipient'), t(`incidents.recipient.${row.recipient}`)] as const]),
      [t('records.sheet.number'), isolated(row.phone)],
      ...(p.recipientName ? [[t('incidents.sheet.name'), p.recipientName] as const] : []),
      [t('incidents.fact.happened'), moment(w, row.happened)],
      [t('incidents.fact.found'), day(w, row.found)],
      [t('incidents.sheet.reported'), `${moment(w, row.reportedAt)}, ${row.reportedBy}`],
      [
        t('incidents.fact.contents'),
        formats.list(row.contents.map((c) => t(`incidents.content.${c}`))),
      ],
      [t('incidents.sheet.conclusion'), conclusion],
      ...row.due.map(
        (due) =>
          [
            t('incidents.fact.due'),
            [
              t(`incidents.task.${due.task}`),
              due.by ? t('incidents.by', { date: day(w, due.by) }) : '',
            ]
              .filter(Boolean)
              .join(' · '),
          ] as const,
      ),
      ...(row.closedAt ? [[t('incidents.fact.closed'), moment(w, row.closedAt)] as const] : []),
    ]),
    quiet(t('incidents.sheet.note')),
    heading(t('records.sheet.history')),
    table(
      [t('records.sheet.when'), t('records.sheet.what'), t('records.sheet.whom')],
      [16, 60, 24],
      p.steps.map((step) => [
        moment(w, step.at),
        [stepLine(t, formats, step), ...stepMore(t, step)].join('\n'),
        step.by,
      ]),
    ),
  ]);
}
