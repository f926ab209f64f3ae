import type { ConsentPaper, ConsentStep, ConsentWhat } from '../../door/shapes';
import type { WordKey } from '../../i18n/words';
import type { Block, Paper } from '../../paper/sheet';
import { wordsOfForm } from './formPaper';
import type { BroughtScan } from './scans';
import {
  codeBlock,
  covers,
  day,
  facts,
  heading,
  list,
  moment,
  paperOf,
  patientFacts,
  quiet,
  scopeFacts,
  table,
  text,
  title,
  type Wording,
} from './wording';

/** A consent with everything that happened to it. */
export function consentPaper(w: Wording, c: ConsentPaper, scans: readonly BroughtScan[]): Paper {
  const { t } = w;
  const stands = t(`records.sheet.state.${c.state}` as WordKey);
  const state =
    c.state === 'paused' && c.hold !== ''
      ? t('records.sheet.stepWhy', { step: stands, why: t(`records.sheet.hold.${c.hold}`) })
      : stands;
  return paperOf(w, c.head, `${t('records.sheet.code')} ${c.code}`, [
    title(t('records.sheet.consentTitle')),
    facts([...patientFacts(w, c.patient), [t('records.sheet.stands'), state]]),
    heading(t('records.sheet.covers')),
    facts(scopeFacts(w, c.scope)),
    heading(t('records.sheet.signing')),
    facts(signing(w, c)),
    ...signature(w, c),
    heading(t('records.sheet.history')),
    table(
      [t('records.sheet.when'), t('records.sheet.what'), t('records.sheet.whom')],
      [3, 5, 3],
      c.steps.map((step) => [
        moment(w, step.at),
        stepWords(w, step),
        step.by || t('records.sheet.program'),
      ]),
    ),
    codeBlock(w, c.code),
    ...(c.words.length > 0
      ? [
          heading(t(c.way === 'text' ? 'records.sheet.asked' : 'records.sheet.words')),
          ...wordsOfForm(w, c.words, true),
        ]
      : []),
    ...scanBlocks(w, scans),
  ]);
}

/** What the clinic has of the signed paper: a line for each scan, and behind them their pages. */
function scanBlocks(w: Wording, scans: readonly BroughtScan[]): Block[] {
  const { t } = w;
  if (scans.length === 0) return [];
  const words = (scan: BroughtScan, number: number) =>
    t('records.sheet.scan', {
      number,
      format: scan.row.format,
      date: moment(w, scan.row.at),
      name: scan.row.by,
    });
  let file = 0;
  const pages = scans.flatMap((scan, n): Block[] => {
    if (!scan.file) return [];
    const at = file;
    file += 1;
    return Array.from({ length: scan.row.pages }, (_, page) => {
      const of = t('records.sheet.scanPage', { page: page + 1, of: scan.row.pages });
      const line = `${words(scan, n + 1)} · ${of}`;
      return { kind: 'scan', file: at, page: page + 1, words: line, alt: line };
    });
  });
  return [
    heading(t('records.sheet.scans')),
    list(
      scans.map((scan, n) =>
        [words(scan, n + 1), scan.trouble ? t(`records.sheet.scanTrouble.${scan.trouble}`) : '']
          .filter(Boolean)
          .join(' · '),
      ),
    ),
    ...pages,
  ];
}

/** What happened, in one line. */
export function stepWords({ t, terms, ...w }: Wording, step: ConsentStep): string {
  const key: `records.sheet.step.${ConsentWhat}` = `records.sheet.step.${step.what}`;
  const done = t(key, { covers: covers({ t, terms, ...w }, step.scope) });
  const what =
    step.what === 'held' && step.hold !== ''
      ? t('records.sheet.stepWhy', { step: done, why: t(`records.sheet.hold.${step.hold}`) })
      : done;
  return step.how === ''
    ? what
    : t('records.sheet.stepHow', { step: what, how: terms.revokedHow(step.how) });
}

function signing(w: Wording, c: ConsentPaper): (readonly [string, string])[] {
  const { t, terms } = w;
  const form = c.reviewed
    ? t('records.sheet.reviewed', { form: c.form, name: c.reviewed })
    : c.draft
      ? t('records.sheet.draft', { form: c.form })
      : c.form;
  const rows: (readonly [string, string])[] = [
    [t('records.sheet.way'), c.way === '' ? '' : t(`records.sheet.ways.${c.way}`)],
    [t('records.sheet.signedOn'), day(w, c.signedOn)],
    [t('records.sheet.ends'), day(w, c.expires)],
    [t('records.sheet.signer'), [c.signerName, terms.signer(c.signer)].filter(Boolean).join(', ')],
    [t('records.sheet.authority'), c.details.authority],
    [t('records.sheet.document'), c.details.document],
    [t('records.sheet.beside'), c.details.beside],
    [t('records.sheet.witness'), c.details.witness],
    [t('records.sheet.interpreter'), c.details.interpreter],
    [t('records.sheet.copy'), c.details.copyGiven ? t('records.sheet.yes') : ''],
    [t('records.sheet.form'), form],
    [t('records.sheet.formHash'), c.formHash.slice(0, 16)],
  ];
  return rows.filter(([, value]) => value !== '');
}

/** The field on which a signature is drawn. */
const field = { width: 600, height: 200 };

function signature(w: Wording, c: ConsentPaper): Block[] {
  const { t } = w;
  if (c.drawn !== '') {
    const name = c.signerName || c.patient.name;
    const path = `<path d="${c.drawn}" fill="none" stroke="#000" stroke-width="3" stroke-linejoin="round" stroke-linecap="round"/>`;
    return [
      quiet(t('records.sheet.signature')),
      {
        kind: 'picture',
        drawing: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${field.width} ${field.height}">${path}</svg>`,
        alt: t('records.sheet.signatureAlt', { name }),
        height: 2.2,
      },
    ];
  }
  if (c.typed !== '') return [text(t('records.sheet.typed', { name: c.typed }))];
  return c.way === 'paper' ? [quiet(t('records.sheet.onPaper'))] : [];
}
