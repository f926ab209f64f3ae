import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useDoor } from '../../door/context';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { decidedKeys } from '../../door/keys';
import type { AskConsent, PatientCard } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { ReasonList } from '../../terms/ReasonList';
import {
  CheckField,
  Dialog,
  DialogForm,
  ErrorState,
  Notice,
  Skeleton,
  useNow,
  useToast,
} from '../../ui';
import classes from './AskDialog.module.css';
import { useConsentRefresh } from './useConsentRefresh';

interface Props {
  readonly open: boolean;
  readonly card: PatientCard;
  readonly onClose: () => void;
}

/** Asks a patient for a consent by text, in words that are shown before they leave. */
export function AskDialog({ open, card, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog open={open} onClose={onClose} title={t('paper.ask.title', { patient: card.name })}>
      {open ? <Look card={card} onClose={onClose} /> : null}
    </Dialog>
  );
}

function Look({ card, onClose }: Omit<Props, 'open'>) {
  const door = useDoor();
  const query = useQuery({
    queryKey: decidedKeys.mayAsk(card.id),
    queryFn: ({ signal }) => door.call('consent.canAsk', { id: card.id }, signal),
    gcTime: 0,
  });
  if (failed(query)) {
    return <ErrorState error={asDoorError(query.error)} onRetry={() => void query.refetch()} />;
  }
  if (!query.data) return <Skeleton shape="details" count={3} />;
  return query.data.answer === 'no' ? (
    <Refusal card={card} ask={query.data} />
  ) : (
    <Fields card={card} ask={query.data} onClose={onClose} />
  );
}

interface Asked {
  readonly card: PatientCard;
  readonly ask: AskConsent;
}

function Refusal({ card, ask }: Asked) {
  const t = useWords();
  return (
    <>
      <Notice tone="stop" title={t('paper.ask.not', { patient: card.name })} />
      <ReasonList reasons={ask.reasons} withSource />
    </>
  );
}

function Fields({ card, ask, onClose }: Asked & Pick<Props, 'onClose'>) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const toast = useToast();
  const refresh = useConsentRefresh();
  const [welcome, setWelcome] = useState(false);
  const send = useAction('consent.askByText');
  const submit = async () => {
    if (!(await send.run({ patient: card.id, welcome }))) return;
    await refresh();
    toast({ tone: 'ok', title: t('paper.ask.done', { patient: card.name }) });
    onClose();
  };
  return (
    <DialogForm
      action={t('paper.ask.confirm')}
      busy={send.running}
      blocked={welcome ? undefined : t('paper.ask.welcomeFirst')}
      error={send.error}
      onSubmit={() => submit()}
      onCancel={onClose}
    >
      <p>{t('paper.ask.words')}</p>
      <blockquote className={classes['words']} lang={card.language}>
        {ask.words}
      </blockquote>
      {ask.draft ? <Notice compact tone="warn" title={t('paper.ask.draft')} /> : null}
      <p>
        {t('paper.ask.body', { phone: ask.phone })} {t('paper.ask.covers')}
      </p>
      {ask.answer === 'wait' ? (
        <Notice
          compact
          tone="info"
          title={t('paper.ask.wait', { date: formats.dateTime(ask.until, now) })}
        />
      ) : null}
      <CheckField
        label={t('paper.ask.welcome', { patient: card.name })}
        hint={t('paper.ask.welcomeHint', { patient: card.name })}
        checked={welcome}
        onChange={setWelcome}
      />
    </DialogForm>
  );
}
