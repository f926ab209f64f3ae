import { useState } from 'react';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import type { AskedBefore, RoundPeople, RoundPerson } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useKeyOf } from '../../door/useKeyOf';
import { useRoundPeople, useRoundRefresh } from '../../door/useRound';
import { useWords } from '../../i18n/I18nProvider';
import { languageNames, languages } from '../../i18n/i18n';
import {
  Button,
  CheckField,
  Dialog,
  DialogForm,
  ErrorState,
  Notice,
  SelectField,
  Skeleton,
} from '../../ui';
import asked from './AskDialog.module.css';
import classes from './Round.module.css';
import { RoundReasons } from './RoundReasons';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onPatient: (patient: string) => void;
}

/** Whom to ask of those without a consent, in which words, and what it costs. */
export function BeginRoundDialog({ open, onClose, onPatient }: Props) {
  const t = useWords();
  return (
    <Dialog open={open} onClose={onClose} title={t('consents.round.title')} width="lg">
      {open ? <Look onClose={onClose} onPatient={onPatient} /> : null}
    </Dialog>
  );
}

function Look({ onClose, onPatient }: Omit<Props, 'open'>) {
  const people = useRoundPeople();
  if (failed(people)) {
    return <ErrorState error={asDoorError(people.error)} onRetry={() => void people.refetch()} />;
  }
  if (!people.data) return <Skeleton shape="details" count={3} />;
  return <Choose looked={people.data} onClose={onClose} onPatient={onPatient} />;
}

interface ChooseProps extends Omit<Props, 'open'> {
  readonly looked: RoundPeople;
}

/** It stays with the list that was opened: nobody is asked who was not on the screen. */
function Choose({ looked, onClose, onPatient }: ChooseProps) {
  const t = useWords();
  const [people] = useState(looked);
  const keyOf = useKeyOf();
  const refresh = useRoundRefresh();
  const begin = useAction('round.begin');
  const [language, setLanguage] = useState<string>('any');
  const [before, setBefore] = useState<AskedBefore | 'any'>('any');
  const [without, setWithout] = useState<ReadonlySet<string>>(new Set());
  const [welcome, setWelcome] = useState(false);
  const all = people.items.filter((p) => p.may);
  const may = all.filter(
    (p) =>
      (language === 'any' || p.language === language) && (before === 'any' || p.before === before),
  );
  const not = people.items.filter((p) => !p.may);
  const chosen = may.filter((p) => !without.has(p.id));
  const words = people.words.filter((w) => chosen.some((p) => p.language === w.language));
  const segments = chosen.reduce(
    (sum, p) => sum + (words.find((w) => w.language === p.language)?.segments ?? 1),
    0,
  );
  const later = chosen.filter((p) => p.until !== '').length;
  const blocked = () => {
    if (chosen.length === 0) return t('consents.round.nobodyChosen');
    if (chosen.length > people.most) return t('consents.round.tooMany', { most: people.most });
    return welcome ? undefined : t('paper.ask.welcomeFirst');
  };
  const submit = async () => {
    const patients = chosen.map((p) => p.id);
    const begun = await begin.run({ id: keyOf(patients), patients, welcome });
    if (!begun) return;
    refresh(begun);
    onClose();
  };
  if (all.length === 0) {
    return (
      <>
        <p>{t(not.length > 0 ? 'consents.round.nobodyMay' : 'consents.round.nobody')}</p>
        <RoundReasons people={not} onPatient={onPatient} />
      </>
    );
  }
  return (
    <DialogForm
      action={t('consents.round.confirm', { count: chosen.length })}
      busy={begin.running}
      blocked={blocked()}
      error={begin.error}
      onSubmit={() => submit()}
      onCancel={onClose}
    >
      <p>{t('consents.round.whoElse')}</p>
      <div className={classes['filters']}>
        <SelectField
          label={t('consents.round.before')}
          value={before}
          options={[
            { value: 'any', label: t('consents.round.anyBefore', { number: all.length }) },
            ...befores(all).map(([value, number]) => ({
              value,
              label: t(`consents.round.befores.${value}`, { number }),
            })),
          ]}
          onChange={setBefore}
        />
        <SelectField
          label={t('consents.round.language')}
          value={language}
          options={[
            { value: 'any', label: t('consents.round.anyLanguage') },
            ...languages.map((l) => ({ value: l, label: languageNames[l] })),
          ]}
          onChange={setLanguage}
        />
      </div>
      <Whom may={may} without={without} onChange={setWithout} />
      {people.more ? <Notice compact tone="info" title={t('consents.round.more')} /> : null}
      <RoundReasons people={not} onPatient={onPatient} folded />
      {words.map((w) => (
        <div key={w.language} className={classes['words']}>
          <p>{t('consents.round.words', { language: languageNames[w.language] })}</p>
          <blockquote className={asked['words']} lang={w.language}>
            {w.words}
          </blockquote>
          {w.draft ? <Notice compact tone="warn" title={t('paper.ask.draft')} /> : null}
        </div>
      ))}
      <p>
        {t('consents.round.cost', { count: segments })} {t('consents.round.after')}
      </p>
      {later > 0 ? (
        <Notice compact tone="info" title={t('consents.round.later', { count: later })} />
      ) : null}
      <CheckField
        label={t('consents.round.welcome')}
        hint={t('consents.round.welcomeHint')}
        checked={welcome}
        onChange={setWelcome}
      />
    </DialogForm>
  );
}

/** What there was before a question, with how many could be asked after it; none that nobody has. */
function befores(all: readonly RoundPerson[]): (readonly [AskedBefore, number])[] {
  const every: readonly AskedBefore[] = ['nothing', 'said', 'silent', 'over', 'other'];
  return every
    .map((b) => [b, all.filter((p) => p.before === b).length] as const)
    .filter(([, count]) => count > 0);
}

/** How many are shown before somebody asks for all. */
const shown = 25;

interface WhomProps {
  readonly may: readonly RoundPerson[];
  /** Who is left out. */
  readonly without: ReadonlySet<string>;
  readonly onChange: (without: ReadonlySet<string>) => void;
}

function Whom({ may, without, onChange }: WhomProps) {
  const t = useWords();
  const [all, setAll] = useState(false);
  const rows = all ? may : may.slice(0, shown);
  const chosen = may.filter((p) => !without.has(p.id)).length;
  const set = (people: readonly RoundPerson[], on: boolean) => {
    const next = new Set(without);
    for (const p of people) {
      if (on) next.delete(p.id);
      else next.add(p.id);
    }
    onChange(next);
  };
  return (
    <fieldset className={classes['whom']}>
      <legend className={classes['legend']}>
        {t('consents.round.chosen', { count: chosen, of: may.length })}
      </legend>
      <div className={classes['actions']}>
        <Button kind="quiet" onClick={() => set(may, true)}>
          {t('consents.round.all')}
        </Button>
        <Button kind="quiet" onClick={() => set(may, false)}>
          {t('consents.round.none')}
        </Button>
      </div>
      <div className={classes['people']}>
        {rows.map((p) => (
          <CheckField
            key={p.id}
            label={p.name}
            hint={p.phone}
            checked={!without.has(p.id)}
            onChange={(on) => set([p], on)}
          />
        ))}
      </div>
      {rows.length < may.length ? (
        <div>
          <Button onClick={() => setAll(true)}>
            {t('consents.more', { count: may.length - rows.length })}
          </Button>
        </div>
      ) : null}
    </fieldset>
  );
}
