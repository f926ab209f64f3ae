import { useId } from 'react';
import type { ConsentRow } from '../../door/shapes';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { badgeOfConsent } from '../../terms/standing';
import { useTerms } from '../../terms/terms';
import { useTimesInWords } from '../../terms/times';
import { About, Actions, Button, ConsentBadge, FactList, Notice, useNow } from '../../ui';
import { AskedNotice } from './AskedNotice';
import classes from './ConsentCard.module.css';
import { ScanList } from './ScanList';

interface Props {
  readonly consent: ConsentRow;
  readonly onHistory: () => void;
  /** What can be done about it; missing where nothing can. */
  readonly actions?: ConsentActions | undefined;
}

/** Nothing is going to begin on these. */
const over = new Set<ConsentRow['state']>(['revoked', 'replaced', 'expired']);

/** What a person may do about a consent. */
export interface ConsentActions {
  readonly revoke?: (() => void) | undefined;
  readonly narrow?: (() => void) | undefined;
  readonly hold?: (() => void) | undefined;
  readonly resume?: (() => void) | undefined;
}

/** One consent: what it covers, since when and until when. */
export function ConsentCard({ consent, onHistory, actions }: Props) {
  const id = useId();
  const t = useWords();
  const terms = useTerms();
  const formats = useFormats();
  const now = useNow();
  const times = useTimesInWords();
  const { perDay, perWeek, from, channel } = consent.scope;
  const later = from > formats.dayOf(now) && !over.has(consent.state);
  const limits = [
    ...(perDay > 0 ? [t('paper.atMostDay', { count: perDay })] : []),
    ...(perWeek > 0 ? [t('paper.atMost', { count: perWeek })] : []),
  ];
  const said = (
    term: 'paper.authority' | 'paper.document' | 'paper.beside' | 'paper.witness',
    value: string,
  ) => (value ? [{ term: t(term), value }] : []);
  return (
    <article className={classes['card']} aria-labelledby={id}>
      <div className={classes['state']}>
        <ConsentBadge state={badgeOfConsent(consent.state, later)} />
        <span id={id} hidden>
          {t('paper.ofCode', { code: consent.code })}
        </span>
      </div>
      {consent.state === 'paused' ? (
        <Notice
          compact
          tone="warn"
          title={t(`paper.hold.reason.${consent.hold === '' ? 'other' : consent.hold}`)}
        />
      ) : null}
      {consent.state === 'verbal' ? (
        <Notice compact tone="info" title={t('paper.spokenOnly')} />
      ) : null}
      {later ? (
        <Notice compact tone="info" title={t('paper.notBegun', { date: formats.day(from) })} />
      ) : null}
      {consent.asked ? <AskedNotice state={consent.state} asked={consent.asked} /> : null}
      <FactList
        facts={[
          { term: t('paper.covers'), value: formats.list(consent.categories.map(terms.category)) },
          ...(consent.scope.excluded.length > 0
            ? [
                {
                  term: t('paper.never'),
                  value: formats.list(consent.scope.excluded.map(terms.category)),
                },
              ]
            : []),
          { term: t('paper.when'), value: times(consent) },
          ...(limits.length > 0 ? [{ term: t('paper.limits'), value: formats.list(limits) }] : []),
          ...(channel === '' ? [] : [{ term: t('paper.ratherBy'), value: terms.channel(channel) }]),
          ...(consent.numbers.length > 0
            ? [{ term: t('paper.onlyTo'), value: formats.list([...consent.numbers]) }]
            : []),
          ...(consent.signedOn
            ? [{ term: t('paper.signedOn'), value: formats.day(consent.signedOn) }]
            : []),
          ...(from ? [{ term: t('paper.begins'), value: formats.day(from) }] : []),
          ...(consent.expires
            ? [{ term: t('paper.until'), value: formats.day(consent.expires) }]
            : []),
          ...(consent.signer ? [{ term: t('paper.signedBy'), value: consent.signer }] : []),
          ...(consent.signer && consent.signedBy !== 'patient'
            ? [{ term: t('paper.relation'), value: terms.signer(consent.signedBy) }]
            : []),
          ...said('paper.authority', consent.details.authority),
          ...said('paper.document', consent.details.document),
          ...said('paper.beside', consent.details.beside),
          ...said('paper.witness', consent.details.witness),
          ...(consent.way === ''
            ? []
            : [{ term: t('paper.way'), value: t(`paper.ways.${consent.way}`) }]),
          ...(consent.way === 'spoken' ? [] : [{ term: t('paper.form'), value: consent.form }]),
          { term: t('paper.code'), value: consent.code },
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
      <About id={id}>
        <ScanList consent={consent} />
        <Actions>
          {actions?.narrow ? (
            <Button onClick={actions.narrow}>
              {t(consent.state === 'revoked' ? 'paper.narrow.again' : 'paper.narrow.open')}
            </Button>
          ) : null}
          {actions?.resume ? <Button onClick={actions.resume}>{t('paper.hold.end')}</Button> : null}
          {actions?.hold ? (
            <Button onClick={actions.hold}>
              {t(consent.state === 'paused' ? 'paper.hold.change' : 'paper.hold.open')}
            </Button>
          ) : null}
          {actions?.revoke ? <Button onClick={actions.revoke}>{t('paper.takeBack')}</Button> : null}
          <Button kind="quiet" onClick={onHistory}>
            {t('paper.history.open')}
          </Button>
        </Actions>
      </About>
    </article>
  );
}
