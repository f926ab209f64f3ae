import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type {
  ConsentPaper,
  FormBlock,
  IncidentPaper,
  IncidentStep,
  PaperHead,
  RegisterLine,
} from '../../door/shapes';
import { createI18n, type Language } from '../../i18n/i18n';
import type { Words } from '../../i18n/words';
import { missingFrom } from '../../paper/coverage';
import { fontsFor } from '../../paper/fonts';
import { lettersOf, type Paper, type PaperSize, type Sheet } from '../../paper/sheet';
import { type Typeset, typeset } from '../../paper/typeset';
import { consent as consentRow, form as formRow } from '../../test/people';
import { consentPaper } from './consentPaper';
import { formPaper } from './formPaper';
import { incidentPaper } from './incidentPaper';
import { registerPaper } from './listPapers';
import { type Wording, wordingOf } from './wording';

// Set by the runner's bench, which wants to know how long a large register takes.
const large = Number(process.env['QUIETLINE_REGISTER'] ?? 0);
/** A register of so many patients is what an office manager prints for an auditor. */
const limitSeconds = 10;

const names = [
  'Maximiliana Alejandra de los Ángeles Fernández-Villaseñor y Montoya de la Cruz',
  'Hubert Blaine Wolfeschlegelsteinhausenbergerdorff',
  'Nguyễn Thị Ánh Tuyết',
  'عبد الرحمن بن محمد الحسيني',
  'שרה לוי-כהן',
  '欧阳娜娜',
  '山田 太郎',
  '김서연',
  'Łukasz Żółć',
  'Ana Ruiz',
];

const head: PaperHead = {
  key: '0'.repeat(32),
  madeAt: '2026-03-17T15:42:00.000Z',
  madeBy: 'Denise Whitaker',
  clinic: 'Juniper Family Practice',
  phone: '(303) 555-0100',
  zone: 'America/Denver',
};

function line(n: number): RegisterLine {
  return {
    patient: String(n),
    name: names[n % names.length] ?? '',
    birthDate: '1980-04-05',
    language: n % 3 === 0 ? 'es' : 'en',
    phone: `(303) 555-0${100 + (n % 100)}`,
    optedOut: n % 40 === 0,
    held: false,
    minor: false,
    consent: String(n),
    code: '7K2MD-Q4T9X',
    state: 'given',
    form: '2026-2-en',
    signedOn: '2026-01-12',
    expires: '2027-01-11',
    begins: n === 5 ? '2026-04-01' : '',
    categories: ['scheduling', 'reminders', 'billing'],
  };
}

const consent: ConsentPaper = {
  head,
  code: '7K2MD-Q4T9X-8RBV',
  patient: {
    id: '1',
    name: 'عبد الرحمن بن محمد الحسيني',
    birthDate: '2009-02-28',
    guardian: names[0] ?? '',
    phones: ['(303) 555-0142', '(720) 555-0112'],
    zone: 'America/Denver',
  },
  state: 'given',
  hold: '',
  way: 'device',
  form: '2026-2-minor-es',
  formHash: '5e8f1a0b2c3d4e5f',
  language: 'es',
  draft: true,
  reviewed: '',
  signedOn: '2026-01-12',
  expires: '2027-01-11',
  signer: 'parent',
  signerName: names[0] ?? '',
  details: { ...consentRow('1').details, copyGiven: true, witness: '김서연' },
  drawn: 'M40 120L90 40L140 150L200 60L260 130L330 50L420 140L560 90',
  typed: '',
  scope: consentRow('1').scope,
  steps: [
    {
      at: '2026-01-12T17:00:00.000Z',
      what: 'given',
      by: 'Denise Whitaker',
      how: '',
      hold: '',
      scope: consentRow('1').scope,
    },
  ],
  words: [],
  scans: [],
};

const step: Omit<IncidentStep, 'at' | 'what'> = {
  by: 'Denise Whitaker',
  done: [],
  words: '',
  right: false,
  factors: null,
  conclusion: '',
  whom: '',
  on: '',
};

const incident: IncidentPaper = {
  head,
  patient: consent.patient,
  row: {
    id: '1',
    hidden: false,
    found: '2026-03-16',
    closedAt: '2026-03-17T15:40:00.000Z',
    due: [{ task: 'hhs', by: '2027-03-01', left: 349 }],
    closes: false,
    conclusion: 'breach',
    reportedBy: 'Denise Whitaker',
    reportedAt: '2026-03-16T17:00:00.000Z',
    happened: '2026-03-16T16:31:00.000Z',
    phone: '(720) 555-0112',
    thread: '1',
    message: '1',
    about: { id: '1', name: consent.patient.name },
    recipient: 'patient',
    contents: ['name', 'appointment'],
    pauses: false,
  },
  recipientName: names[1] ?? '',
  steps: [
    {
      ...step,
      at: '2026-03-16T17:00:00.000Z',
      what: 'opened',
      done: ['called', 'asked_delete'],
      words: 'Two patients with one family name; the text went to the brother.',
    },
    { ...step, at: '2026-03-16T17:20:00.000Z', what: 'number', right: true },
    {
      ...step,
      at: '2026-03-17T15:10:00.000Z',
      what: 'assessed',
      conclusion: 'breach',
      factors: {
        nature: 'A first name, and the day and hour of a visit',
        recipient: 'The brother, who is a patient here as well',
        viewed: 'Read, and answered within a minute',
        mitigation: 'Deleted while we were on the phone, he said',
      },
    },
    { ...step, at: '2026-03-17T15:30:00.000Z', what: 'told', whom: 'patient', on: '2026-03-17' },
    { ...step, at: '2026-03-17T15:40:00.000Z', what: 'closed' },
  ],
};

function words(language: Language): Wording {
  const i18n = createI18n(language);
  return wordingOf(((key, fill = {}) => i18n.t(key, fill)) as Words, language, head.zone);
}

/** The words of a form as the clinic's doors give them, its merge fields aside. */
function wordsOf(version: string): FormBlock[] {
  const file = join(import.meta.dirname, '../../../../backend/consent/forms', `${version}.md`);
  const blocks: FormBlock[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const place = /^\{(\w+)\}$/.exec(line)?.[1];
    const statement = /^- \[(\w+)\] (.+)$/.exec(line);
    if (place) blocks.push({ kind: 'place', key: place, text: '' });
    else if (statement) {
      blocks.push({ kind: 'statement', key: statement[1] ?? '', text: statement[2] ?? '' });
    } else if (line.startsWith('## '))
      blocks.push({ kind: 'heading', key: '', text: line.slice(3) });
    else if (line.startsWith('# ')) blocks.push({ kind: 'title', key: '', text: line.slice(2) });
    else if (line) blocks.push({ kind: 'paragraph', key: '', text: filled(line) });
  }
  return blocks;
}

const filled = (line: string): string =>
  line
    .replace('{practice}', head.clinic)
    .replace('{patient}', consent.patient.name)
    .replace('{birth_date}', '28 de febrero de 2009')
    .replace('{answer_hours}', '8')
    .replace('{expires}', '16 de marzo de 2027');

const require = createRequire(import.meta.url);
const read = (file: string) => new Uint8Array(readFileSync(file));

/** Sets a paper as the window does, with the fonts that its letters ask for. */
async function set(paper: Paper, size: PaperSize = 'us-letter'): Promise<Typeset> {
  const sheet: Sheet = { title: 'Paper', author: head.clinic, size, papers: [paper] };
  const wanted = fontsFor(lettersOf(sheet));
  const fonts = wanted.map(({ address }) => {
    const file = address.replace(/^\/@fs/, '');
    return file.endsWith('.gz') ? new Uint8Array(gunzipSync(readFileSync(file))) : read(file);
  });
  expect(missingFrom(lettersOf(sheet), fonts)).toEqual([]);
  const code = read(require.resolve('@myriaddreamin/typst-ts-web-compiler/wasm'));
  return typeset(sheet, { code, fonts, families: wanted.map(({ family }) => family) });
}

describe('papers with names of the whole world', () => {
  const folder = process.env['QUIETLINE_PAPERS'] ?? mkdtempSync(join(tmpdir(), 'papers-'));
  afterAll(() => {
    if (!process.env['QUIETLINE_PAPERS']) rmSync(folder, { recursive: true });
  });
  const keep = (name: string, { pdf }: Typeset) => {
    const file = join(folder, `${name}.pdf`);
    writeFileSync(file, pdf);
    return (tool: string, ...args: string[]) =>
      execFileSync(tool, [...args, file, ...(tool === 'pdftotext' ? ['-'] : [])], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        maxBuffer: 64 << 20,
      });
  };

  it('has a register in which every name can be read and copied', async () => {
    const rows = Array.from({ length: large || 60 }, (_, n) => line(n));
    const begun = performance.now();
    const filter = { standing: '', language: '', category: '' } as const;
    const made = await set(registerPaper(words('en'), { head, rows }, filter, false));
    const seconds = (performance.now() - begun) / 1000;
    if (large) {
      process.stdout.write(
        `BenchmarkPaper/register 1 ${seconds.toFixed(2)} ours/s ${limitSeconds} limit/s\n`,
      );
    }
    const poppler = keep('register', made);
    const info = poppler('pdfinfo');
    expect(info).toMatch(/^Tagged: +yes$/m);
    expect(info).toMatch(/^Page size: +792 x 612 pts/m);
    const fonts = poppler('pdffonts').split('\n').slice(2).filter(Boolean);
    for (const font of fonts) expect(font).toMatch(/ yes yes yes /); // embedded, subset, unicode
    for (const family of ['Arabic', 'Hebrew', 'SC', 'KR']) {
      expect(fonts.join('\n')).toContain(`NotoSans${family}`);
    }
    const text = poppler('pdftotext', '-raw').replaceAll(/[\u200b\u200e\u200f\u202a-\u202e]/g, '');
    for (const name of ['Nguyễn Thị', '欧阳娜娜', '山田 太郎', '김서연', 'Łukasz Żółć']) {
      expect(text).toContain(name);
    }
    expect(text.replaceAll(/\s+/g, ' ')).toContain('From April 1, 2026');
    const last = Number(/^Pages: +(\d+)$/m.exec(info)?.[1]);
    expect(text).toContain(`Page ${last} of ${last}`);
  }, 120_000);

  it.each(['en', 'es'] as const)(
    'has the page of a closed incident, with the report that is still due: %s',
    async (language) => {
      const poppler = keep(
        `incident-${language}`,
        await set(incidentPaper(words(language), incident)),
      );
      expect(poppler('pdfinfo')).toMatch(/^Tagged: +yes$/m);
      const text = poppler('pdftotext')
        .replaceAll(/[\u2066-\u2069]/g, '')
        .replaceAll(/\s+/g, ' ');
      const { t, formats } = words(language);
      expect(text).toContain(t('incidents.task.hhs'));
      expect(text).toContain(formats.day('2027-03-01'));
      expect(text).toContain('(720) 555-0112');
      expect(text).toContain(t('incidents.content.appointment'));
    },
    60_000,
  );

  it.each(['us-letter', 'a4'] as const)(
    'has a form to be signed, and nothing of it cut from what it belongs to: %s',
    async (size) => {
      const form = formRow('2026-2-minor-es', 'es', { variant: 'minor' });
      const paper = formPaper(words('es'), {
        head,
        form,
        words: wordsOf(form.version),
        patient: consent.patient,
        hash: '5e8f1a0b2c3d4e5f',
        code: '7K2MD-Q4T9X-8RBV',
      });
      const poppler = keep(`form-${size}`, await set(paper, size));
      const info = poppler('pdfinfo');
      expect(info).toMatch(/^Tagged: +yes$/m);
      expect(info).toMatch(size === 'a4' ? /595\.\d+ x 841\.\d+ pts \(A4\)/ : /612 x 792 pts/);
      const pages = poppler('pdftotext', '-layout').split('\f').slice(0, -1);
      const { t } = words('es');
      for (const [n, page] of pages.entries()) {
        expect(page).toContain(`Página ${n + 1} de ${pages.length}`);
      }
      // Whoever signs has the words above the line, and the code, on the same sheet.
      const last = pages.find((page) => page.includes(t('records.sheet.place.signature')));
      expect(last).toContain(t('records.sheet.place.witness').slice(0, 20));
      expect(last).toContain(t('records.sheet.formCodeHint').slice(0, 20));
    },
    60_000,
  );

  it('has a form that its attorney made three pages long, with headings beside their words', async () => {
    const blocks = wordsOf('2026-2-en');
    const paragraph = blocks.filter((block) => block.kind === 'paragraph');
    const own = Array.from({ length: 7 }, (_, n): FormBlock[] => [
      { kind: 'heading', key: '', text: `What our attorney added, part ${n + 1}` },
      ...paragraph.slice(0, 3),
    ]).flat();
    const place = blocks.findIndex((block) => block.kind === 'place');
    const paper = formPaper(words('en'), {
      head,
      form: formRow('2026-2-en', 'en', { variant: '' }),
      words: blocks.toSpliced(place, 0, ...own),
      patient: { ...consent.patient, name: names[0] ?? '' },
      hash: '5e8f1a0b2c3d4e5f',
      code: '7K2MD-Q4T9X-8RBV',
    });
    const poppler = keep('form-long', await set(paper));
    const pages = poppler('pdftotext', '-layout').split('\f').slice(0, -1);
    expect(pages).toHaveLength(3);
    const { t } = words('en');
    for (const [n, page] of pages.entries()) {
      expect(page).toContain(`Page ${n + 1} of 3`);
      const lines = page
        .trimEnd()
        .split('\n')
        .filter((line) => line.trim() !== '');
      // Above the foot.
      expect(lines.at(-2)).not.toContain('What our attorney added');
    }
    const last = pages.at(-1) ?? '';
    expect(last).toContain('ends on');
    expect(last).toContain(t('records.sheet.place.signature'));
    expect(last).toContain(t('records.sheet.place.witness').slice(0, 20));
    expect(last).toContain(t('records.sheet.formCodeHint'));
  }, 60_000);

  it('has a consent record with a signature, in the language of its reader', async () => {
    const poppler = keep('consent', await set(consentPaper(words('es'), consent, [])));
    expect(poppler('pdfinfo')).toMatch(/^Tagged: +yes$/m);
    const text = poppler('pdftotext', '-layout');
    expect(text).toContain('7K2MD-Q4T9X-8RBV');
    expect(text).toContain('(303) 555-0142');
    // What the pen drew can be told from what stands beside it.
    expect(poppler('pdfinfo', '-struct')).toMatch(/^ *Figure\b/m);
  }, 60_000);
});
