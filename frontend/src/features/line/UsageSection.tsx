import { asDoorError } from '../../door/error';
import type { Spent } from '../../door/shapes';
import { useUsage } from '../../door/useLine';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { ErrorState, FactList, Skeleton } from '../../ui';
import classes from './LineSection.module.css';

/** How much was texted in this month and the one before, and what it came to. */
export function UsageSection() {
  const t = useWords();
  const usage = useUsage();
  return (
    <div className={classes['section']}>
      <h3 className={classes['heading']}>{t('line.usage.title')}</h3>
      {usage.error ? (
        <ErrorState error={asDoorError(usage.error)} onRetry={() => void usage.refetch()} />
      ) : usage.data ? (
        <>
          <FactList
            facts={[
              { term: t('line.usage.this'), value: <Sum spent={usage.data.this} /> },
              { term: t('line.usage.last'), value: <Sum spent={usage.data.last} /> },
            ]}
          />
          <p>{t('line.usage.note')}</p>
        </>
      ) : (
        <Skeleton shape="details" count={2} />
      )}
    </div>
  );
}

function Sum({ spent }: { readonly spent: Spent }) {
  const t = useWords();
  const formats = useFormats();
  return [
    t('line.usage.out', { count: spent.out }),
    t('line.usage.in', { count: spent.in }),
    ...(spent.pictures > 0 ? [t('line.usage.pictures', { count: spent.pictures })] : []),
    ...(spent.currency
      ? [
          t('line.usage.cost', {
            texts: formats.money(spent.texts / 1e6, spent.currency),
            total: formats.money(spent.total / 1e6, spent.currency),
          }),
        ]
      : []),
  ].join(' ');
}
