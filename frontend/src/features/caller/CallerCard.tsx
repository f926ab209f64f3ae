import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useDoor, useMay } from '../../door/context';
import { isSet } from '../../door/ids';
import { threadKeys } from '../../door/keys';
import type { PatientCard } from '../../door/shapes';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { useReasonWords } from '../../terms/reasons';
import { badgeOfCard } from '../../terms/standing';
import { useTerms } from '../../terms/terms';
import { Button, CheckGroup, ConsentBadge, FactList, Notice, useNow } from '../../ui';
import { CallerActions } from './CallerActions';
import classes from './caller.module.css';

interface Props {
  readonly card: PatientCard;
  readonly onThread: (thread: string) => void;
  readonly onOther: () => void;
}

type Said = 'name' | 'birth' | 'number';

/** So many things the caller has to say that are on file before anything is changed. */
const needed = 2;

/** What the desk has to know while somebody speaks: may we text, what was texted, what to say. */
export function CallerCard({ card, onThread, onOther }: Props) {
  const t = useWords();
  const terms = useTerms();
  const formats = useFormats();
  const reason = useReasonWords();
  const mayChange = useMay('consent.record');
  const [said, setSaid] = useState<readonly Said[]>([]);
  const focus = useRef<HTMLElement>(null);
  useEffect(() => focus.current?.focus(), []);
  const first = card.reasons[0];
  const words = first ? reason(first) : null;
  const may = card.standing !== 'cannot_text';
  const now = useNow();
  // The day as it stands on the form, whatever the hour is where the clinic is.
  const later =
    first?.code === 'policy.consent_not_begun'
      ? card.consents.find(({ scope }) => scope.from > formats.dayOf(now))?.scope.from
      : undefined;
  const mayNot = later ? t('caller.from', { date: formats.day(later) }) : (words?.why ?? '');
  return (
    <section className={classes['caller']} ref={focus} tabIndex={-1} aria-label={card.name}>
      <header className={classes['who']}>
        <h3 dir="auto">{card.name}</h3>
        <ConsentBadge state={badgeOfCard(card)} />
      </header>
      <FactList
        facts={[
          {
            term: t('caller.mayWe'),
            value: may ? formats.list(card.categories.map(terms.category)) : mayNot,
          },
          // Nothing waits on a call; the day has been said.
          ...(words?.next && !later ? [{ term: t('caller.next'), value: words.next }] : []),
          {
            term: t('caller.say'),
            value: (
              <em>
                {may
                  ? t('caller.sayMay')
                  : later
                    ? t('caller.sayFrom', { date: formats.day(later) })
                    : t('caller.sayNot')}
              </em>
            ),
          },
        ]}
      />
      <LastTexts thread={card.thread} />
      {mayChange ? (
        <>
          <CheckGroup<Said>
            label={t('caller.said')}
            hint={t('caller.saidHint')}
            checks={[
              { value: 'name', label: t('caller.fullName'), hint: card.name },
              {
                value: 'birth',
                label: t('patients.birthDate'),
                hint: formats.day(card.birthDate),
              },
              {
                value: 'number',
                label: t('caller.number'),
                hint: card.numbers.map((n) => n.phone).join(', '),
              },
            ]}
            value={said}
            onChange={setSaid}
          />
          {said.length >= needed ? (
            <CallerActions card={card} within={focus} />
          ) : (
            <Notice compact tone="info" title={t('caller.first')} />
          )}
        </>
      ) : null}
      <div className={classes['foot']}>
        {isSet(card.thread) ? (
          <Button onClick={() => onThread(card.thread)}>{t('patients.openConversation')}</Button>
        ) : null}
        <Button kind="quiet" onClick={onOther}>
          {t('caller.other')}
        </Button>
      </div>
    </section>
  );
}

/** The newest texts, so that nobody asks the caller what she was just told. */
function LastTexts({ thread }: { readonly thread: string }) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const door = useDoor();
  const query = useQuery({
    queryKey: [...threadKeys.one(thread), 'caller'],
    enabled: isSet(thread),
    queryFn: ({ signal }) =>
      door.call('thread.open', { id: thread, before: '', after: '', around: '', limit: 3 }, signal),
    gcTime: 0,
  });
  const texts = query.data?.messages ?? [];
  if (texts.length === 0) return null;
  return (
    <section>
      <h4 className={classes['heading']}>{t('caller.last')}</h4>
      <ul className={classes['texts']}>
        {texts.map((m) => (
          <li key={m.id}>
            <span className={classes['note']}>
              {m.way === 'in' ? t('caller.wrote') : t('caller.weWrote')} ·{' '}
              {formats.dateTime(m.at, now)}
            </span>
            <p dir="auto">{m.body}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
