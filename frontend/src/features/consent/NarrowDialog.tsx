import { useState } from 'react';
import type { Category, ConsentRow, RevokedHow } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { useTerms } from '../../terms/terms';
import { CheckGroup, ChoiceField, Dialog, DialogForm, Notice, useToast } from '../../ui';
import { BeginsField } from './BeginsField';
import { ChannelField } from './ChannelField';
import { FrequencyFields } from './FrequencyFields';
import type { Paper } from './paper';
import { TimesFields } from './TimesFields';
import { useConsentRefresh } from './useConsentRefresh';

interface Props {
  /** The consent that is narrowed; closed while null. */
  readonly consent: ConsentRow | null;
  readonly patient: string;
  readonly onClose: () => void;
}

const ways = ['call', 'in_person', 'text', 'letter'] as const;

/** What else than topics can be narrowed. */
type Limits = Pick<
  Paper,
  'anyTime' | 'fromHour' | 'toHour' | 'weekdays' | 'perDay' | 'perWeek' | 'begins' | 'channel'
>;

const everyDay = [0, 1, 2, 3, 4, 5, 6];

function limitsOf({ scope }: ConsentRow): Limits {
  const { fromHour, toHour, weekdays, perDay, perWeek, from, channel } = scope;
  return {
    anyTime: fromHour === 0 && toHour === 24 && weekdays.length === 0,
    fromHour,
    toHour,
    weekdays: weekdays.length === 0 ? everyDay : weekdays,
    perDay,
    perWeek,
    begins: from === '' ? null : from,
    channel,
  };
}

function scopeOf(limits: Limits) {
  const { anyTime, weekdays, perDay, perWeek, begins, channel } = limits;
  return {
    fromHour: anyTime ? 0 : limits.fromHour,
    toHour: anyTime ? 24 : limits.toHour,
    weekdays: anyTime || weekdays.length === everyDay.length ? [] : [...weekdays],
    perDay,
    perWeek,
    from: begins ?? '',
    channel,
  };
}

/** A patient wants fewer topics, as on a call: reminders only, please. */
export function NarrowDialog({ consent, patient, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog open={consent !== null} onClose={onClose} title={t('paper.narrow.title')}>
      {consent ? <Fields consent={consent} patient={patient} onClose={onClose} /> : null}
    </Dialog>
  );
}

function Fields({ consent, patient, onClose }: Props & { readonly consent: ConsentRow }) {
  const t = useWords();
  const terms = useTerms();
  const toast = useToast();
  // After a STOP only texts about visits come back without a new signature.
  const back = consent.state === 'revoked';
  const covered = consent.scope.categories.filter(
    (c) =>
      !consent.scope.excluded.includes(c) && (!back || c === 'scheduling' || c === 'reminders'),
  );
  const [kept, setKept] = useState<readonly Category[]>(() =>
    covered.includes('reminders') ? ['reminders'] : covered,
  );
  const [limits, setLimits] = useState(() => limitsOf(consent));
  const [how, setHow] = useState<RevokedHow>('call');
  const narrow = useAction('consent.narrow');
  const refresh = useConsentRefresh();
  const late = limits.begins === '';
  const noTime =
    !limits.anyTime && (limits.toHour <= limits.fromHour || limits.weekdays.length === 0);
  const scope = { ...consent.scope, ...scopeOf(limits), categories: [...kept] };
  // A press with nothing narrowed would be on record as a wish.
  const same =
    !back &&
    covered.every((c) => kept.includes(c)) &&
    JSON.stringify(scopeOf(limits)) === JSON.stringify(scopeOf(limitsOf(consent)));
  const problem = noTime
    ? t('paper.gap.hours')
    : late
      ? t('paper.gap.begins')
      : same
        ? t('paper.narrow.same')
        : undefined;
  const set = (change: Partial<Limits>) => {
    setLimits((was) => ({ ...was, ...change }));
    narrow.clear();
  };
  const submit = async () => {
    if (kept.length === 0) return;
    if (problem) return;
    if (!(await narrow.run({ id: consent.id, scope, how }))) return;
    await refresh();
    toast({ tone: 'ok', title: t('paper.narrow.done') });
    onClose();
  };
  return (
    <DialogForm
      action={t('paper.narrow.confirm')}
      busy={narrow.running}
      blocked={kept.length === 0 ? t('paper.narrow.none') : problem}
      error={narrow.error}
      onSubmit={() => submit()}
      onCancel={onClose}
    >
      <p>{t(back ? 'paper.narrow.back' : 'paper.narrow.body', { patient })}</p>
      <CheckGroup
        label={t('paper.narrow.kept')}
        value={kept}
        onChange={setKept}
        checks={covered.map((value) => ({ value, label: terms.category(value) }))}
      />
      <TimesFields
        paper={limits}
        onChange={set}
        error={noTime ? t('paper.gap.hours') : undefined}
      />
      <FrequencyFields
        day={t('paper.perDay')}
        week={t('paper.perWeek')}
        hint={t('paper.perWeekHint')}
        none={t('paper.patient.noLimit')}
        value={limits}
        onChange={set}
      />
      <BeginsField
        value={limits.begins}
        error={late ? t('paper.gap.begins') : undefined}
        onChange={(begins) => set({ begins })}
      />
      <ChannelField
        label={t('paper.rather')}
        hint={t('paper.ratherHint')}
        value={limits.channel}
        onChange={(channel) => set({ channel })}
      />
      <p>{t('paper.narrow.fewer')}</p>
      <ChoiceField
        inline
        label={t('paper.revoke.how')}
        value={how}
        onChange={setHow}
        choices={ways
          .filter((way) => !back || way !== 'text')
          .map((value) => ({ value, label: t(`paper.revoke.way.${value}`) }))}
      />
      {back ? <Notice compact tone="info" title={t('paper.narrow.start')} /> : null}
    </DialogForm>
  );
}
