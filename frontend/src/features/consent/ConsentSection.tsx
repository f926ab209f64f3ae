import { IconFileCheck, IconMessageQuestion, IconSignature } from '@tabler/icons-react';
import { useState } from 'react';
import { useMay } from '../../door/context';
import type { ConsentRow, PatientCard } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { Actions, Button, ErrorState, useToast } from '../../ui';
import { AskDialog } from './AskDialog';
import { type ConsentActions, ConsentCard } from './ConsentCard';
import classes from './ConsentSection.module.css';
import { HistoryDialog } from './HistoryDialog';
import { HoldDialog } from './HoldDialog';
import { NarrowDialog } from './NarrowDialog';
import { RevokeDialog } from './RevokeDialog';
import { useConsentRefresh } from './useConsentRefresh';

interface Props {
  readonly card: PatientCard;
  /** Opens the form for a signed paper. */
  readonly onRecord: () => void;
  /** Has the patient sign on this device. */
  readonly onSign: () => void;
}

const open = new Set<ConsentRow['state']>([
  'given',
  'narrowed',
  'expiring',
  'paused',
  'pending',
  'requested',
  'verbal',
]);

/** A patient's consents: what holds now first, what held before on request. */
export function ConsentSection({ card, onRecord, onSign }: Props) {
  const t = useWords();
  const toast = useToast();
  const mayRecord = useMay('consent.record');
  const [asking, setAsking] = useState(false);
  const [past, setPast] = useState(false);
  const [revoking, setRevoking] = useState<ConsentRow | null>(null);
  const [narrowing, setNarrowing] = useState<ConsentRow | null>(null);
  const [holding, setHolding] = useState<ConsentRow | null>(null);
  const [history, setHistory] = useState<string | null>(null);
  const resume = useAction('consent.resume');
  const note = useAction('consent.note');
  const refresh = useConsentRefresh();
  const now = card.consents.filter((c) => open.has(c.state));
  const before = card.consents.filter((c) => !open.has(c.state));
  const shown = past ? [...now, ...before] : now.length > 0 ? now : before.slice(0, 1);
  const hidden = card.consents.length - shown.length;
  const signed = now.some((c) => c.state !== 'requested');

  const given = now.some((c) => ['given', 'narrowed', 'expiring', 'paused'].includes(c.state));

  const actionsOf = (consent: ConsentRow): ConsentActions | undefined => {
    if (!mayRecord) return undefined;
    if (consent.returns) {
      return { narrow: () => setNarrowing(consent) };
    }
    if (!open.has(consent.state)) return undefined;
    const inForce = ['given', 'narrowed', 'expiring'].includes(consent.state);
    return {
      revoke: () => setRevoking(consent),
      ...(inForce || consent.state === 'paused'
        ? { narrow: () => setNarrowing(consent), hold: () => setHolding(consent) }
        : {}),
      ...(consent.ends
        ? {
            resume: async () => {
              if (!(await resume.run({ id: consent.id }))) return;
              await refresh();
              toast({ tone: 'ok', title: t('paper.hold.ended') });
            },
          }
        : {}),
    };
  };
  const say = async () => {
    if (!(await note.run({ id: card.id }))) return;
    await refresh();
    toast({ tone: 'ok', title: t('paper.spokenNoted') });
  };

  return (
    <section className={classes['section']}>
      <h3 className={classes['heading']}>{t('paper.consents')}</h3>
      {shown.length === 0 ? <p className={classes['none']}>{t('paper.none')}</p> : null}
      {shown.map((consent) => (
        <ConsentCard
          key={consent.id}
          consent={consent}
          onHistory={() => setHistory(consent.id)}
          actions={actionsOf(consent)}
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
        <Actions>
          <Button icon={<IconSignature size="1.125rem" aria-hidden="true" />} onClick={onSign}>
            {t('paper.signHere')}
          </Button>
          <Button icon={<IconFileCheck size="1.125rem" aria-hidden="true" />} onClick={onRecord}>
            {t('paper.record')}
          </Button>
          {given ? null : (
            <Button
              icon={<IconMessageQuestion size="1.125rem" aria-hidden="true" />}
              onClick={() => setAsking(true)}
            >
              {t('paper.ask.open')}
            </Button>
          )}
          {signed ? null : (
            <Button kind="quiet" busy={note.running} onClick={() => say()}>
              {t('paper.spoken')}
            </Button>
          )}
        </Actions>
      ) : null}
      {resume.error ? <ErrorState error={resume.error} /> : null}
      {note.error ? <ErrorState error={note.error} /> : null}
      <RevokeDialog consent={revoking} patient={card.name} onClose={() => setRevoking(null)} />
      <NarrowDialog consent={narrowing} patient={card.name} onClose={() => setNarrowing(null)} />
      <HoldDialog consent={holding} patient={card.name} onClose={() => setHolding(null)} />
      <AskDialog open={asking} card={card} onClose={() => setAsking(false)} />
      <HistoryDialog consent={history} onClose={() => setHistory(null)} />
    </section>
  );
}
