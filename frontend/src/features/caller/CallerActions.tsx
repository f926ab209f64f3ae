import { useQueryClient } from '@tanstack/react-query';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { applyChange } from '../../door/changes';
import { useMay } from '../../door/context';
import type { ConsentRow, PatientCard } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useDeviceSettings } from '../../door/useLine';
import { useWords } from '../../i18n/I18nProvider';
import { Button, ErrorState, KeyHint, TextField, useToast } from '../../ui';
import classes from './caller.module.css';

interface Props {
  readonly card: PatientCard;
  /** The card of the caller: the keys work while the focus is in it, and nowhere else. */
  readonly within: RefObject<HTMLElement | null>;
}

/** What a caller may want, each by one key once it is sure who she is. */
export function CallerActions({ card, within }: Props) {
  const t = useWords();
  const toast = useToast();
  const queries = useQueryClient();
  const mayEdit = useMay('patients.edit');
  const plain = useDeviceSettings().data?.plainKeys ?? true;
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
  // Whatever could let a text leave, now or once it is answered or a hold ends.
  const revocable = card.consents.filter((c) => c.revocable);
  const narrowed = card.consents.find(keepsReminders);
  // Of several it is not known on which the stranger answered; the card lets one choose.
  const open = card.numbers.filter((n) => !n.held);
  const number = open.length === 1 ? open[0] : undefined;
  const actions = [
    {
      key: '1',
      label: t('caller.stopAll'),
      on: revocable.length > 0,
      why: t('caller.nothingToStop'),
      running: revoke.running,
      run: async () => {
        let answer: PatientCard | null = null;
        for (const { id } of revocable) {
          answer = await revoke.run({ id, how: 'call' });
          if (!answer) return;
        }
        await done(answer, t('caller.stopDone'));
      },
    },
    {
      key: '2',
      label: t('caller.remindersOnly'),
      on: narrowed !== undefined,
      why: t('caller.notNow'),
      running: narrow.running,
      run: async () => {
        if (!narrowed) return;
        const scope = { ...narrowed.scope, categories: ['reminders' as const] };
        const answer = await narrow.run({ id: narrowed.id, scope, how: 'call' });
        await done(
          answer,
          t(answer?.standing === 'cannot_text' ? 'caller.remindersLater' : 'caller.remindersDone'),
        );
      },
    },
    {
      key: '3',
      label: t('caller.newNumber'),
      on: mayEdit,
      why: t('caller.notYours'),
      running: false,
      run: async () => setPhone(''),
    },
    {
      key: '4',
      label: t('caller.notThis'),
      on: number !== undefined,
      why: t(open.length > 1 ? 'caller.whichNumber' : 'caller.notNow'),
      running: hold.running,
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
    latest.current = phone === null && plain ? actions : [];
  });
  const asked = phone !== null;
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (asked) field.current?.focus();
  }, [asked]);
  useEffect(() => {
    const area = within.current;
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
    area?.addEventListener('keydown', onKeyDown);
    return () => area?.removeEventListener('keydown', onKeyDown);
  }, [within]);
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
            busy={action.running}
            blocked={action.on ? undefined : action.why}
            onClick={() => action.run()}
          >
            <span className={classes['key']}>
              {action.label} {plain ? <KeyHint keys={[action.key]} /> : null}
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
          <Button kind="main" busy={add.running} onClick={() => save()}>
            {t('patients.addNumber')}
          </Button>
        </div>
      ) : null}
      {failed ? <ErrorState error={failed} /> : null}
    </section>
  );
}

/**
 * A consent that a call can leave reminders of and nothing else: one that stands, on hold
 * or not, or one that a STOP ended a moment ago.
 */
function keepsReminders(consent: ConsentRow): boolean {
  const stands = ['given', 'narrowed', 'expiring', 'paused'].includes(consent.state);
  const { categories, excluded } = consent.scope;
  return (
    (stands || consent.returns) &&
    categories.includes('reminders') &&
    !excluded.includes('reminders')
  );
}
