import { useEffect, useState } from 'react';
import type { VerifiedPaper } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useFormats, useLanguage, useWords } from '../../i18n/I18nProvider';
import { languageNames } from '../../i18n/i18n';
import type { WordKey } from '../../i18n/words';
import { termsIn } from '../../terms/terms';
import { Button, Card, ErrorState, FactList, Form, Notice, TextField } from '../../ui';
import { stepWords } from './consentPaper';
import classes from './records.module.css';

const tones = { matches: 'ok', changed: 'warn', differs: 'stop', unchecked: 'info' } as const;

/** Asks for the code of a paper and says whether it tells what is kept. */
export function VerifySection() {
  const t = useWords();
  const [code, setCode] = useState('');
  const [asked, setAsked] = useState('');
  const [found, setFound] = useState<VerifiedPaper | null>(null);
  const verify = useAction('paper.verify');
  // A scanner may read the next code while the answer to this one is on its way, so
  // the button stays.
  const [next, setNext] = useState('');
  const wanted = code.trim();
  // An answer, or why there is none, belongs to its code.
  const its = asked === wanted;
  const lacks = wanted === '';
  const check = async () => {
    if (lacks) return;
    if (verify.running) {
      setNext(wanted);
      return;
    }
    setAsked(wanted);
    setFound(null);
    setFound(await verify.run({ code: wanted }));
  };
  useEffect(() => {
    if (verify.running || next === '') return;
    setNext('');
    if (next === wanted) void check();
  });
  return (
    <Card title={t('records.verify.title')} lead={t('records.verify.lead')}>
      {/* A scanner types the code and ends it with Enter. */}
      <Form
        onSubmit={() => void check()}
        actions={
          <Button submit kind="main" blocked={lacks ? t('records.verify.first') : undefined}>
            {t('records.verify.check')}
          </Button>
        }
      >
        <TextField
          label={t('records.verify.field')}
          hint={t('records.verify.hint')}
          value={code}
          maxLength={40}
          onChange={setCode}
        />
      </Form>
      {its && verify.error ? <ErrorState error={verify.error} /> : null}
      {its && found?.copy ? <FoundCopy found={found} copy={found.copy} /> : null}
      {its && found && !found.copy ? <Found found={found} /> : null}
    </Card>
  );
}

interface CopyProps {
  readonly found: VerifiedPaper;
  readonly copy: NonNullable<VerifiedPaper['copy']>;
}

/** A printed copy of a form: whom it is for and which words stand on it. */
function FoundCopy({ found, copy }: CopyProps) {
  const t = useWords();
  const formats = useFormats();
  const finding = found.finding === 'changed' ? 'matches' : found.finding;
  return (
    <>
      <Notice tone={tones[finding]} title={t(`records.verify.copy.${finding}`)} live>
        <p>{t(`records.verify.copy.${copy.retired ? 'retired' : 'next'}`)}</p>
      </Notice>
      <FactList
        facts={[
          {
            term: t('records.sheet.patient'),
            value: copy.patient?.name ?? t('records.verify.copy.blank'),
          },
          ...(copy.patient
            ? [{ term: t('records.sheet.born'), value: formats.day(copy.patient.birthDate) }]
            : []),
          { term: t('records.sheet.form'), value: found.form },
          { term: t('records.dialog.language'), value: languageNames[copy.language] },
          {
            term: t('records.verify.printed'),
            value: t('records.verify.printedBy', {
              date: `${formats.date(found.madeAt)}, ${formats.time(found.madeAt)}`,
              name: found.madeBy,
            }),
          },
        ]}
      />
    </>
  );
}

function Found({ found }: { readonly found: VerifiedPaper }) {
  const t = useWords();
  const formats = useFormats();
  const { language } = useLanguage();
  const terms = termsIn(t, language);
  const steps = found.since.map((step) => ({
    key: `${step.at} ${step.what}`,
    words: `${formats.date(step.at)}, ${formats.time(step.at)}: ${stepWords({ t, terms, formats, language }, step)}`,
  }));
  return (
    <>
      <Notice tone={tones[found.finding]} title={t(`records.verify.${found.finding}`)} live>
        <p>{t(`records.verify.${found.finding}Next`)}</p>
      </Notice>
      {steps.length > 0 ? (
        <div>
          <h3 className={classes['small']}>{t('records.verify.since')}</h3>
          <ul>
            {steps.map((step) => (
              <li key={step.key}>{step.words}</li>
            ))}
          </ul>
        </div>
      ) : null}
      <FactList
        facts={[
          { term: t('records.sheet.patient'), value: found.patient.name },
          { term: t('records.sheet.born'), value: formats.day(found.patient.birthDate) },
          {
            term: t('records.sheet.stands'),
            value: t(`records.sheet.state.${found.state}` as WordKey),
          },
          {
            term: t('records.sheet.covers'),
            value: formats.list(found.categories.map(terms.category)),
          },
          ...(found.signedOn
            ? [{ term: t('records.sheet.signedOn'), value: formats.day(found.signedOn) }]
            : []),
          ...(found.expires
            ? [{ term: t('records.sheet.ends'), value: formats.day(found.expires) }]
            : []),
          ...(found.signer ? [{ term: t('records.sheet.signer'), value: found.signer }] : []),
          { term: t('records.sheet.form'), value: found.form },
          ...(found.madeBy
            ? [
                {
                  term: t('records.verify.printed'),
                  value: t('records.verify.printedBy', {
                    date: `${formats.date(found.madeAt)}, ${formats.time(found.madeAt)}`,
                    name: found.madeBy,
                  }),
                },
              ]
            : []),
        ]}
      />
    </>
  );
}
