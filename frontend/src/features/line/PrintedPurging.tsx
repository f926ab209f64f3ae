import type { Purging } from '../../door/shapes';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { FactList, PrintedPaper, useNow } from '../../ui';

/** The paper of the certificate; nothing else is printed while it is there. */
export function PrintedPurging({ purging }: { readonly purging: Purging }) {
  const t = useWords();
  return (
    <PrintedPaper
      head={purging.clinic}
      title={t('line.purging.paper.title')}
      sign={t('line.purging.paper.sign')}
    >
      <Certificate purging={purging} />
    </PrintedPaper>
  );
}

/** What was taken away at the phone service, and what it may still have. */
export function Certificate({ purging }: { readonly purging: Purging }) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  return (
    <div>
      <FactList
        facts={[
          { term: t('line.facts.phone'), value: purging.phone },
          { term: t('line.purging.paper.made'), value: formats.date(now) },
          ...(purging.first && purging.last
            ? [
                {
                  term: t('line.purging.paper.texts'),
                  value: t('line.purging.paper.span', {
                    first: formats.date(purging.first),
                    last: formats.date(purging.last),
                  }),
                },
              ]
            : []),
          { term: t('line.purging.paper.emptied'), value: formats.number(purging.emptied) },
          { term: t('line.purging.paper.deleted'), value: formats.number(purging.deleted) },
          { term: t('line.purging.paper.attachments'), value: formats.number(purging.attachments) },
        ]}
      />
      <p>{t('line.purging.safe')}</p>
      <p>{t('line.purging.paper.still')}</p>
      <ul>
        <li>{t('line.purging.keeps')}</li>
        <li>{t('line.purging.paper.numbers')}</li>
        <li>{t('line.purging.paper.carriers')}</li>
        <li>{t('line.purging.paper.younger', { count: purging.days })}</li>
        {purging.keptAttachments > 0 ? (
          <li>{t('line.purging.keptAttachments', { count: purging.keptAttachments })}</li>
        ) : null}
        {purging.keptWords > 0 ? (
          <li>{t('line.purging.keptWords', { count: purging.keptWords })}</li>
        ) : null}
      </ul>
    </div>
  );
}
