import type { ConsentRow } from '../../door/shapes';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { badgeOfConsent } from '../../terms/standing';
import { useTerms } from '../../terms/terms';
import { Button, ConsentBadge, FactList, useNow } from '../../ui';
import classes from './ConsentCard.module.css';
import { useTimesInWords } from './useTimesInWords';

interface Props {
  readonly consent: ConsentRow;
  readonly onRevoke: (() => void) | undefined;
}

/** One consent: what it covers, since when and until when. */
export function ConsentCard({ consent, onRevoke }: Props) {
  const t = useWords();
  const terms = useTerms();
  const formats = useFormats();
  const now = useNow();
  const times = useTimesInWords();
  return (
    <article className={classes['card']}>
      <ConsentBadge state={badgeOfConsent(consent.state)} />
      <FactList
        facts={[
          { term: t('paper.covers'), value: formats.list(consent.categories.map(terms.category)) },
          { term: t('paper.when'), value: times(consent) },
          { term: t('paper.signedOn'), value: formats.day(consent.signedOn) },
          ...(consent.expires
            ? [{ term: t('paper.until'), value: formats.day(consent.expires) }]
            : []),
          ...(consent.signer ? [{ term: t('paper.signedBy'), value: consent.signer }] : []),
          { term: t('paper.form'), value: consent.form },
          ...(consent.recordedBy
            ? [{ term: t('paper.recordedBy'), value: consent.recordedBy }]
            : []),
          ...(consent.revokedAt
            ? [
                {
                  term: t('paper.takenBack'),
                  value: t('paper.takenBackHow', {
                    date: formats.dateTime(consent.revokedAt, now),
                    how: terms.revokedHow(consent.revokedHow),
                  }),
                },
              ]
            : []),
        ]}
      />
      {onRevoke ? (
        <div className={classes['quiet']}>
          <Button kind="quiet" onClick={onRevoke}>
            {t('paper.takeBack')}
          </Button>
        </div>
      ) : null}
    </article>
  );
}
