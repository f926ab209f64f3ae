import { IconFileCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useMay } from '../../door/context';
import type { ConsentRow, PatientCard } from '../../door/shapes';
import { useWords } from '../../i18n/I18nProvider';
import { Button } from '../../ui';
import { ConsentCard } from './ConsentCard';
import classes from './ConsentSection.module.css';
import { RevokeDialog } from './RevokeDialog';

interface Props {
  readonly card: PatientCard;
  /** Opens the form for a signed paper. */
  readonly onRecord: () => void;
}

const inForce = new Set<ConsentRow['state']>([
  'given',
  'narrowed',
  'expiring',
  'paused',
  'pending',
]);

/** A patient's consents: what holds now first, what held before on request. */
export function ConsentSection({ card, onRecord }: Props) {
  const t = useWords();
  const mayRecord = useMay('consent.record');
  const [past, setPast] = useState(false);
  const [revoking, setRevoking] = useState<ConsentRow | null>(null);
  const now = card.consents.filter((c) => inForce.has(c.state));
  const before = card.consents.filter((c) => !inForce.has(c.state));
  const shown = past ? [...now, ...before] : now.length > 0 ? now : before.slice(0, 1);
  const hidden = card.consents.length - shown.length;
  return (
    <section className={classes['section']}>
      <h3 className={classes['heading']}>{t('paper.consents')}</h3>
      {shown.length === 0 ? <p className={classes['none']}>{t('paper.none')}</p> : null}
      {shown.map((consent) => (
        <ConsentCard
          key={consent.id}
          consent={consent}
          onRevoke={
            mayRecord && inForce.has(consent.state) ? () => setRevoking(consent) : undefined
          }
        />
      ))}
      {hidden > 0 ? (
        <div className={classes['quiet']}>
          <Button kind="quiet" onClick={() => setPast(true)}>
            {t('paper.showPast', { count: hidden })}
          </Button>
        </div>
      ) : null}
      {mayRecord ? (
        <div>
          <Button icon={<IconFileCheck size="1.125rem" aria-hidden="true" />} onClick={onRecord}>
            {t('paper.record')}
          </Button>
        </div>
      ) : null}
      <RevokeDialog consent={revoking} patient={card.name} onClose={() => setRevoking(null)} />
    </section>
  );
}
