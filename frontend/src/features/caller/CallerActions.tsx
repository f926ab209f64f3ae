import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { applyChange } from '../../door/changes';
import { useMay } from '../../door/context';
import type { ConsentRow, PatientCard } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { Button, ErrorState, KeyHint, TextField, useToast } from '../../ui';
import classes from './caller.module.css';

interface Props {
  readonly card: PatientCard;
  /** The consent in force, if there is one. */
  readonly consent: ConsentRow | null;
}

/** What a caller may want, each by one key once it is sure who she is. */
export function CallerActions({ card, consent }: Props) {
  const t = useWords();
  const toast = useToast();
  const queries = useQueryClient();
  const mayEdit = useMay('patients.edit');
  const revoke = useAction('consent.revoke');
  const narrow = useAction('consent.narrow');
  const hold = useAction('number.hold');
  const add = useAction('number.add');
  const [phone, setPhone] = useState<string | null>(null);

  const done = async (answer: PatientCard | null | undefined, title: string) => {
    if (!answer) return;
    await applyChange(queries, { topic: 'consent', ids: [], pos: 0 });
    await applyChange(queries, { topic: 'patient', ids: [], pos: 0 });
    toast({ tone: 'ok', title });
  };
  // Of several it is not known on which the stranger answered; the card lets one choose.
  const open = card.numbers.filter((n) => !n.held);
  const number = open.length === 1 ? open[0] : undefined;
  const actions = [
    {
      key: '1',
      label: t('caller.stopAll'),
      on: consent !== null,
      run: async () => {
        if (consent) {
          await done(await revoke.run({ id: consent.id, how: 'call' }), t('caller.stopDone'));
        }
      },
    },
    {
      key: '2',
      label: t('caller.remindersOnly'),
      on: consent?.scope.categories.includes('reminders') ?? false,
      run: async () => {
        if (!consent) return;
        const scope = { ...consent.scope, categories: ['reminders' as const] };
        await done(
          await narrow.run({ id: consent.id, scope, how: 'call' }),
          t('caller.remindersDone'),
        );
      },
    },
    {
      key: '3',
      label: t('caller.newNumber'),
      on: mayEdit,
      run: async () => setPhone(''),
    },
    {
      key: '4',
      label: t('caller.notThis'),
      on: number !== undefined,
      run: async () => {
        if (number) {
          await done(
            await hold.run({ patient: card.id, number: number.id, since: '' }),
            t('patients.hold.heldDone'),
          );
        }
      },
    },
  ];
  const latest = useRef(actions);
  useEffect(() => {
    // While a number is asked for, no digit is a wish, wherever the focus is.
    latest.current = phone === null ? actions : [];
  });
  const asked = phone !== null;
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (asked) field.current?.focus();
  }, [asked]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      // A digit of a number that is being typed is no wish of the caller.
      const target = event.target;
      if (target instanceof HTMLElement && target.matches('input:not([type="checkbox"]), textarea'))
        return;
      const action = latest.current.find((a) => a.key === event.key && a.on);
      if (!action) return;
      event.preventDefault();
      void action.run();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
  const failed = [revoke, narrow, hold, add].find((a) => a.error)?.error;
  const save = async () => {
    if (!phone?.trim()) return;
    const answer = await add.run({ patient: card.id, phone, shared: false, guardians: false });
    if (answer) setPhone(null);
    await done(answer, t('patients.numberAdded'));
  };
  return (
    <section aria-label={t('caller.actions')}>
      <div className={classes['actions']}>
        {actions.map((action) => (
          <Button
            key={action.key}
            busy={false}
            blocked={action.on ? undefined : t('caller.notNow')}
            onClick={() => void action.run()}
          >
            <span className={classes['key']}>
              {action.label} <KeyHint keys={[action.key]} />
            </span>
          </Button>
        ))}
      </div>
      {phone !== null ? (
        <div className={classes['new']}>
          <TextField
            inputRef={field}
            label={t('patients.number')}
            keys="tel"
            maxLength={30}
            value={phone}
            onChange={(next) => {
              setPhone(next);
              add.clear();
            }}
          />
          <Button kind="main" busy={add.running} onClick={() => void save()}>
            {t('patients.addNumber')}
          </Button>
        </div>
      ) : null}
      {failed ? <ErrorState error={failed} /> : null}
    </section>
  );
}
