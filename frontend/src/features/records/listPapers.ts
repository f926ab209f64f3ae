import type {
  MakeRegister,
  RegisterLine,
  RegisterPaper,
  SentLine,
  TextsPaper,
} from '../../door/shapes';
import type { Language } from '../../i18n/i18n';
import { languageNames } from '../../i18n/i18n';
import type { WordKey, Words } from '../../i18n/words';
import { isolated, type Paper } from '../../paper/sheet';
import { initials as lettersOf } from '../../ui';
import {
  breakable,
  day,
  facts,
  moment,
  paperOf,
  patientFacts,
  quiet,
  table,
  text,
  title,
  type Wording,
} from './wording';

/** What a register shows, without the paper's key. */
export type RegisterFilter = Omit<MakeRegister, 'key'>;

/** The filters in words, for the screen and the paper. */
export function filterWords(t: Words, f: RegisterFilter): string {
  return [
    t(f.standing === '' ? 'records.register.all' : `records.register.${f.standing}`),
    ...(f.language === '' ? [] : [languageNames[f.language as Language]]),
    ...(f.category === '' ? [] : [t(`terms.category.${f.category}.name`)]),
  ].join(' · ');
}

/** The register of consents; names as initials where whoever prints it chose so. */
export function registerPaper(
  w: Wording,
  paper: RegisterPaper,
  filter: RegisterFilter,
  initials: boolean,
): Paper {
  const { t } = w;
  const state = (row: RegisterLine) => {
    const stands = row.begins
      ? t('records.sheet.from', { date: day(w, row.begins) })
      : t(`records.sheet.state.${row.state === '' ? 'none' : row.state}` as WordKey);
    const closed = row.optedOut ? 'stop' : row.held ? 'held' : null;
    return closed ? `${stands}, ${t(`records.sheet.${closed}`)}` : stands;
  };
  return paperOf(
    w,
    paper.head,
    t('records.sheet.registerTitle'),
    [
      title(t('records.sheet.registerTitle')),
      facts(
        [
          [t('records.sheet.filters'), filterWords(t, filter)],
          ['', t('records.sheet.count', { count: paper.rows.length })],
        ],
        15,
      ),
      table(
        [
          t('records.sheet.name'),
          t('records.sheet.born'),
          t('records.sheet.phone'),
          t('records.sheet.standing'),
          t('records.sheet.signed'),
          t('records.sheet.until'),
          t('records.sheet.about'),
          t('records.sheet.code'),
        ],
        [22, 11, 14, 14, 11, 11, 36, 14],
        paper.rows.map((row) => [
          initials ? lettersOf(row.name) : breakable(row.name),
          initials ? row.birthDate.slice(0, 4) : row.birthDate,
          initials ? `…${row.phone.slice(-4)}` : isolated(row.phone),
          state(row),
          row.signedOn,
          row.expires,
          w.formats.list(row.categories.map(w.terms.category)),
          row.code,
        ]),
      ),
    ],
    true,
  );
}

/** Why each text of a thread was sent. */
export function textsPaper(w: Wording, paper: TextsPaper): Paper {
  const { t } = w;
  return paperOf(w, paper.head, t('records.sheet.textsTitle'), [
    title(t('records.sheet.textsTitle')),
    facts(
      paper.patient
        ? patientFacts(w, paper.patient)
        : [[t('records.sheet.number'), isolated(paper.phone)]],
    ),
    quiet(t('records.sheet.textsCount', { count: paper.texts.length })),
    ...(paper.texts.length === 0 ? [text('')] : []),
    table(
      [
        t('records.sheet.when'),
        t('records.sheet.text'),
        t('records.sheet.sentBy'),
        t('records.sheet.why'),
      ],
      [16, 40, 16, 28],
      paper.texts.map((line) => [
        moment(w, line.at),
        line.pictures > 0 ? `${line.body}\n(${t('records.sheet.withPicture')})` : line.body,
        line.by,
        because(w, line),
      ]),
    ),
  ]);
}

function because(w: Wording, line: SentLine): string {
  const { t, terms } = w;
  const about = terms.category(line.category);
  if (line.kind === 'confirmed') {
    return t('records.sheet.becauseConfirmed', { name: line.confirmedBy, form: line.form });
  }
  if (line.kind === 'lifted') {
    return t('records.sheet.becauseLifted', {
      name: line.confirmedBy,
      form: line.form,
      reason: line.reason,
    });
  }
  if (line.kind === 'request') return t('records.sheet.becauseRequest');
  if (line.kind === 'first_text') return t('records.sheet.becauseFirst');
  if (line.kind === 'reply') {
    return line.replyTo
      ? t('records.sheet.becauseReply', { date: moment(w, line.replyTo) })
      : t('records.sheet.becauseReplyGone');
  }
  return line.signedOn
    ? t('records.sheet.becauseConsent', { date: day(w, line.signedOn), form: line.form, about })
    : t('records.sheet.becauseConsentGone', { form: line.form, about });
}
