import { useState } from 'react';
import { isSet } from '../../door/ids';
import type { PatientCard } from '../../door/shapes';
import { useWords } from '../../i18n/I18nProvider';
import { Button } from '../../ui';
import { PaperDialog } from './PaperDialog';
import classes from './records.module.css';
import type { PaperOrder } from './usePapers';

interface Props {
  readonly card: PatientCard;
}

/** What of a patient can be put on paper. */
export function PaperSection({ card }: Props) {
  const t = useWords();
  const [order, setOrder] = useState<PaperOrder | null>(null);
  const newest = card.consents[0];
  return (
    <section className={classes['part']}>
      <h3 className={classes['small']}>{t('records.patientTitle')}</h3>
      <Button onClick={() => setOrder({ kind: 'form', patient: card.id })}>
        {t('records.printForm')}
      </Button>
      {newest ? (
        <Button onClick={() => setOrder({ kind: 'consent', consent: newest.id })}>
          {t('records.printConsent')}
        </Button>
      ) : null}
      {isSet(card.thread) ? (
        <Button onClick={() => setOrder({ kind: 'texts', thread: card.thread })}>
          {t('records.printTexts')}
        </Button>
      ) : null}
      <PaperDialog
        order={order}
        language={card.language}
        minor={card.minor}
        consents={card.consents}
        onClose={() => setOrder(null)}
      />
    </section>
  );
}
