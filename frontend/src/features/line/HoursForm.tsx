import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { asDoorError, DoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { liveKeys } from '../../door/keys';
import type { AfterHours, GoLive, OpenDay, SaveAfterHours } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useAfterHours } from '../../door/useLive';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { useTerms, weekdays } from '../../terms/terms';
import {
  Actions,
  Button,
  CheckField,
  DateField,
  ErrorState,
  Form,
  Notice,
  SelectField,
  Skeleton,
  useEdited,
  useToast,
} from '../../ui';
import classes from './live.module.css';

interface Props {
  /** The set-up that it is part of; missing in the settings of a live clinic. */
  readonly live?: GoLive;
  readonly onTaken?: (live: GoLive) => void;
}

/** When the desk is open, and what patients are answered when it is not. */
export function HoursForm({ live, onTaken }: Props) {
  const hours = useAfterHours();
  // What is being chosen stays, whatever a later look at it comes to.
  if (failed(hours)) {
    return <ErrorState error={asDoorError(hours.error)} onRetry={() => void hours.refetch()} />;
  }
  if (!hours.data) return <Skeleton shape="details" />;
  return <Editor hours={hours.data} live={live} onTaken={onTaken} />;
}

/** Half an hour, in minutes: finer than that no desk opens. */
const stepOfTime = 30;

interface EditorProps {
  readonly hours: AfterHours;
  readonly live: GoLive | undefined;
  readonly onTaken: ((live: GoLive) => void) | undefined;
}

function Editor({ hours, live, onTaken }: EditorProps) {
  const t = useWords();
  const toast = useToast();
  const formats = useFormats();
  const queries = useQueryClient();
  const { week: open, holidays: closed } = hours;
  const edited = useEdited<SaveAfterHours>(
    { on: hours.on, week: open, holidays: closed },
    // The set-up offers the reply; nobody has to have it.
    live ? { on: true } : {},
  );
  const { on, week, holidays } = edited.draft;
  const save = useAction('afterHours.save');
  const without = useAction('live.withoutReply');
  const submit = async () => {
    const fresh = await save.run(edited.draft);
    if (!fresh) return;
    queries.setQueryData(liveKeys.hours, fresh);
    edited.saved(edited.draft);
    toast({ tone: 'ok', title: t('live.reply.saved') });
  };
  return (
    <Form
      onSubmit={() => submit()}
      actions={
        <Button submit kind={hours.held ? 'plain' : 'main'} busy={save.running}>
          {t('live.reply.save')}
        </Button>
      }
    >
      <p className={classes['lead']}>{t('live.reply.lead')}</p>
      {hours.held ? (
        <Notice
          tone="ok"
          title={t('live.reply.held', { day: formats.day(formats.dayOf(hours.until)) })}
        />
      ) : (
        <Notice tone="info" title={t('live.reply.notHeld')} />
      )}
      {hours.behind ? <Notice tone="warn" title={t('live.reply.behind')} /> : null}
      <Week week={week} onChange={(next) => edited.set((now) => ({ week: next(now.week) }))} />
      <Holidays days={holidays} onChange={(days) => edited.set({ holidays: days })} />
      <CheckField
        label={t('live.reply.on')}
        hint={t('live.reply.onHint')}
        checked={on}
        onChange={(next) => {
          edited.set({ on: next });
          save.clear();
        }}
      />
      {hours.text && on ? (
        <section className={classes['part']}>
          <h3 className={classes['heading']}>{t('live.reply.text')}</h3>
          <blockquote className={classes['quote']}>{hours.text}</blockquote>
        </section>
      ) : null}
      {hours.problem && on ? (
        <ErrorState error={new DoorError(hours.problem.code, hours.problem.params)} />
      ) : null}
      {save.error ? <ErrorState error={save.error} /> : null}
      {live && onTaken && !hours.held ? (
        <CheckField
          label={t('live.reply.without')}
          hint={t('live.reply.withoutHint')}
          checked={live.noReply}
          onChange={(next) => {
            void without.run({ without: next }).then((fresh) => {
              if (fresh) onTaken(fresh);
            });
          }}
        />
      ) : null}
      {without.error ? <ErrorState error={without.error} /> : null}
    </Form>
  );
}

interface WeekProps {
  readonly week: readonly OpenDay[];
  /** Changes what is there by then: two changes may come before the next drawing. */
  readonly onChange: (next: (week: readonly OpenDay[]) => OpenDay[]) => void;
}

function Week({ week, onChange }: WeekProps) {
  const t = useWords();
  const terms = useTerms();
  const times = Array.from({ length: (24 * 60) / stepOfTime + 1 }, (_, at) => ({
    value: String(at * stepOfTime),
    label: terms.clock(at * stepOfTime),
  }));
  const set = (day: number, change: OpenDay) =>
    onChange((now) => now.map((was, at) => (at === day ? change : was)));
  return (
    <div className={classes['week']}>
      {weekdays.map((day) => {
        const is = week[day] ?? { from: 0, to: 0 };
        const closed = is.from === 0 && is.to === 0;
        const name = terms.weekday(day);
        return (
          <div key={day} className={classes['day']}>
            <SelectField
              label={t('live.reply.opens', { day: name })}
              value={closed ? 'closed' : String(is.from)}
              options={[{ value: 'closed', label: t('live.reply.closed') }, ...times.slice(0, -1)]}
              onChange={(next) =>
                set(
                  day,
                  next === 'closed'
                    ? { from: 0, to: 0 }
                    : { from: Number(next), to: closed ? 17 * 60 : is.to },
                )
              }
            />
            {closed ? null : (
              <SelectField
                label={t('live.reply.closes', { day: name })}
                value={String(is.to)}
                options={times.slice(1)}
                onChange={(next) => set(day, { from: is.from, to: Number(next) })}
              />
            )}
          </div>
        );
      })}
    </div>
  );
}

interface HolidaysProps {
  readonly days: readonly string[];
  readonly onChange: (days: string[]) => void;
}

function Holidays({ days, onChange }: HolidaysProps) {
  const t = useWords();
  const formats = useFormats();
  const [next, setNext] = useState('');
  return (
    <>
      <DateField label={t('live.reply.holiday')} optional value={next} onChange={setNext} />
      <Actions>
        <Button
          blocked={next === '' ? t('ui.dayIncomplete') : undefined}
          onClick={() => {
            if (next === '') return;
            if (!days.includes(next)) onChange([...days, next].toSorted());
            setNext('');
          }}
        >
          {t('live.reply.addHoliday')}
        </Button>
      </Actions>
      {days.length > 0 ? (
        <ul className={classes['holidays']} aria-label={t('live.reply.holidays')}>
          {days.map((day) => (
            <li key={day}>
              <Button kind="quiet" onClick={() => onChange(days.filter((d) => d !== day))}>
                {t('live.reply.removeHoliday', { day: formats.day(day) })}
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}
