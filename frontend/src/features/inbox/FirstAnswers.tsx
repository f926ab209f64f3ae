import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useRef, useState } from 'react';
import { useDoor } from '../../door/context';
import { asDoorError } from '../../door/error';
import { newId } from '../../door/ids';
import { textKeys } from '../../door/keys';
import type { CheckedText, Message, PatientCard } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { Button, Dialog, ErrorState, Notice } from '../../ui';
import classes from './FirstAnswers.module.css';
import { useThreadRefresh } from './useThreadRefresh';

interface Props {
  readonly thread: string;
  readonly patient: PatientCard | null;
  readonly checked: CheckedText;
  readonly onSent: (message: Message) => void;
  readonly remedyFor: (step: string) => ReactNode;
}

/** Nothing holds that a text could rest on: who texts first may get ready words all the same. */
const nothingSigned = new Set([
  'policy.no_consent',
  'policy.consent_unsigned',
  'policy.consent_pending',
  'policy.consent_verbal',
  'policy.consent_expired',
  'policy.consent_replaced',
  'policy.consent_unanswered',
]);

/** The ready words that may answer a patient who texted first, or what is called for instead. */
export function FirstAnswers({ thread, patient, checked, onSent, remedyFor }: Props) {
  const t = useWords();
  const door = useDoor();
  const [open, setOpen] = useState(false);
  const offered =
    patient !== null &&
    checked.answer === 'no' &&
    checked.reasons.some(({ code }) => nothingSigned.has(code));
  const query = useQuery({
    queryKey: textKeys.first(thread),
    queryFn: ({ signal }) => door.call('text.firstAnswers', { id: thread }, signal),
    enabled: offered,
    gcTime: 0,
  });
  const send = useAction('text.sendFirst');
  const refresh = useThreadRefresh();
  // The same words after a lost answer are the same text, not a second one.
  const keys = useRef<Record<string, string>>({});
  const { items = [], instead = '' } = query.data ?? {};
  // What is not offered any more does not open by itself once it is offered again.
  if (open && (!offered || items.length === 0)) setOpen(false);
  if (!patient || !offered) return null;
  const failed = send.error ? (
    <ErrorState error={send.error} />
  ) : query.error && !query.data ? (
    <ErrorState error={asDoorError(query.error)} onRetry={() => void query.refetch()} />
  ) : null;
  if (items.length === 0) {
    return (
      <>
        {instead === 'verify' ? (
          <Notice compact tone="info" title={t('inbox.first.verify')}>
            {remedyFor('policy.next_verify_number')}
          </Notice>
        ) : instead === 'enough' ? (
          <Notice compact tone="info" title={t('inbox.first.enough')} />
        ) : null}
        {failed}
      </>
    );
  }
  const deliver = async (version: string) => {
    keys.current[version] ??= newId();
    const sent = await send.run({ id: thread, key: keys.current[version], version });
    if (!sent) {
      // It may have left all the same, or may not go any more.
      await Promise.all([query.refetch(), refresh()]);
      return;
    }
    delete keys.current[version];
    setOpen(false);
    onSent(sent.message);
  };
  return (
    <>
      <Notice
        compact
        tone="info"
        title={t('inbox.first.lead', { patient: patient.name })}
        action={<Button onClick={() => setOpen(true)}>{t('inbox.first.open')}</Button>}
      />
      <Dialog open={open} onClose={() => setOpen(false)} title={t('inbox.first.title')}>
        <ul className={classes['list']}>
          {items.map(({ version, language, words, draft }) => (
            <li key={version} className={classes['row']}>
              <div className={classes['words']}>
                <p lang={language}>{words}</p>
                {draft ? <Notice compact tone="info" title={t('inbox.first.draft')} /> : null}
              </div>
              <Button busy={send.running} onClick={() => deliver(version)}>
                {t('inbox.first.send')}
              </Button>
            </li>
          ))}
        </ul>
        {failed}
      </Dialog>
    </>
  );
}
