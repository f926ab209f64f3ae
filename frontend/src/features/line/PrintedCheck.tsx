import type { LineReading } from '../../door/shapes';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { FactList, PrintedPaper, useNow } from '../../ui';
import { CheckOutcome } from './CheckOutcome';

interface Props {
  readonly reading: LineReading;
}

/** The paper of a full check; nothing else is printed while it is there. */
export function PrintedCheck({ reading }: Props) {
  const t = useWords();
  return (
    <PrintedPaper
      head={reading.clinic}
      title={t('line.reading.paper.title')}
      sign={t('line.reading.paper.sign')}
    >
      <CheckPaper reading={reading} />
    </PrintedPaper>
  );
}

/** What the phone service listed, and what of it is here. */
export function CheckPaper({ reading }: Props) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  return (
    <div>
      <FactList
        facts={[
          { term: t('line.facts.phone'), value: reading.phone },
          { term: t('line.reading.paper.made'), value: formats.date(now) },
          {
            term: t('line.reading.checked'),
            value: reading.compared ? formats.datedTime(reading.compared) : t('line.reading.never'),
          },
          ...(reading.backTo
            ? [{ term: t('line.reading.paper.from'), value: formats.date(reading.backTo) }]
            : []),
          { term: t('line.reading.paper.listed'), value: formats.number(reading.listed) },
          { term: t('line.reading.paper.kept'), value: formats.number(reading.kept) },
          { term: t('line.reading.paper.missing'), value: formats.number(reading.missing) },
          { term: t('line.reading.result'), value: <CheckOutcome reading={reading} /> },
        ]}
      />
      <p>{t('line.reading.paper.lead')}</p>
    </div>
  );
}
