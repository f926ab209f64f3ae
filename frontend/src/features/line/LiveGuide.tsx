import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { liveKeys } from '../../door/keys';
import type { GoLive } from '../../door/shapes';
import { useLive } from '../../door/useLive';
import { useWords } from '../../i18n/I18nProvider';
import { Actions, Button, Dialog, ErrorState, Skeleton, StepList, useFocusKept } from '../../ui';
import { AgreementStep } from './AgreementStep';
import { BeforeStep } from './BeforeStep';
import { ChecksStep } from './ChecksStep';
import { HoursForm } from './HoursForm';
import { KeyStep } from './KeyStep';
import classes from './live.module.css';
import { NumberStep } from './NumberStep';
import { ProofStep } from './ProofStep';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
  /** The clinic is live. */
  readonly onLive: () => void;
}

const steps = ['before', 'key', 'number', 'agreement', 'proof', 'reply', 'checks'] as const;
type Step = (typeof steps)[number];

/** The first step that is not done. */
function resumed(live: GoLive): Step {
  if (!live.account) return 'before';
  if (!live.phone) return 'number';
  if (!live.document) return 'agreement';
  if (!live.out || !live.in) return 'proof';
  return 'reply';
}

/** Takes a real account from nothing to live. Each step is saved; closing loses nothing. */
export function LiveGuide({ open, onClose, onLive }: Props) {
  const t = useWords();
  return (
    <Dialog open={open} onClose={onClose} title={t('live.title')} width="lg">
      {open ? <Loaded onClose={onClose} onLive={onLive} /> : null}
    </Dialog>
  );
}

function Loaded({ onClose, onLive }: Omit<Props, 'open'>) {
  const live = useLive();
  if (failed(live)) {
    return <ErrorState error={asDoorError(live.error)} onRetry={() => void live.refetch()} />;
  }
  if (!live.data) return <Skeleton shape="details" />;
  return <Guide live={live.data} onClose={onClose} onLive={onLive} />;
}

interface GuideProps extends Omit<Props, 'open'> {
  readonly live: GoLive;
}

function Guide({ live, onClose, onLive }: GuideProps) {
  const t = useWords();
  const queries = useQueryClient();
  const [step, setStep] = useState<Step>(() => resumed(live));
  const at = steps.indexOf(step);
  const box = useFocusKept<HTMLDivElement>(step);
  const take = (fresh: GoLive) => queries.setQueryData(liveKeys.status, fresh);
  const go = (by: number) => setStep(steps[at + by] ?? step);

  const body = () => {
    switch (step) {
      case 'before':
        return <BeforeStep />;
      case 'key':
        return <KeyStep live={live} onTaken={take} />;
      case 'number':
        return <NumberStep live={live} onTaken={take} />;
      case 'agreement':
        return <AgreementStep live={live} onTaken={take} />;
      case 'proof':
        return <ProofStep live={live} onTaken={take} />;
      case 'reply':
        return <HoursForm live={live} onTaken={take} />;
      case 'checks':
        return <ChecksStep onLive={onLive} />;
    }
  };
  return (
    <div className={classes['guide']}>
      <StepList
        label={t('live.steps')}
        current={step}
        steps={steps.map((key) => ({ key, title: t(`live.step.${key}`) }))}
      />
      <div className={classes['body']} ref={box}>
        {step === 'before' ? <p className={classes['lead']}>{t('live.lead')}</p> : null}
        {body()}
        <Actions>
          {at > 0 ? <Button onClick={() => go(-1)}>{t('live.back')}</Button> : null}
          {at < steps.length - 1 ? (
            <Button kind={done(step, live) ? 'main' : 'plain'} onClick={() => go(1)}>
              {t('live.next')}
            </Button>
          ) : null}
          <Button kind="quiet" onClick={onClose}>
            {t('live.later')}
          </Button>
        </Actions>
      </div>
    </div>
  );
}

/** Whether a step has nothing more to ask, so that going on is the thing to do. */
function done(step: Step, live: GoLive): boolean {
  switch (step) {
    case 'before':
      return true;
    case 'key':
      return live.account !== '';
    case 'number':
      return live.phone !== '';
    case 'agreement':
      return live.document !== '';
    case 'proof':
      return Boolean(live.out && live.in);
    case 'reply':
    case 'checks':
      return false;
  }
}
