import { useQueryClient } from '@tanstack/react-query';
import { useMay } from '../../door/context';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { settingsKeys } from '../../door/keys';
import type { LockChoice, LockSettings } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useLockChoices, useLocking } from '../../door/useSession';
import { useWords } from '../../i18n/I18nProvider';
import { useTerms } from '../../terms/terms';
import {
  Button,
  ChoiceField,
  ErrorState,
  FactList,
  Form,
  SelectField,
  Skeleton,
  useEdited,
  useToast,
} from '../../ui';
import classes from './lock.module.css';
import { ReceivingField } from './ReceivingField';

const roles = [
  { field: 'frontDesk', role: 'front_desk' },
  { field: 'therapist', role: 'therapist' },
  { field: 'officeManager', role: 'office_manager' },
  { field: 'privacyOfficer', role: 'privacy_officer' },
] as const;

/** When desks lock by themselves, in the settings; for reading where the role may not change it. */
export function LockSection() {
  const t = useWords();
  const mayEdit = useMay('settings.edit');
  const locking = useLocking();
  const choices = useLockChoices();
  const error = [locking, choices].find(failed)?.error;
  if (error) {
    const again = () => {
      void locking.refetch();
      void choices.refetch();
    };
    return <ErrorState error={asDoorError(error)} onRetry={again} />;
  }
  if (!locking.data || !choices.data) return <Skeleton shape="details" />;
  return (
    <>
      <p className={`${classes['words']} ${classes['lead']}`}>{t('lock.atOnce')}</p>
      {mayEdit ? (
        <Editor settings={locking.data} choices={choices.data.items} />
      ) : (
        <Facts settings={locking.data} />
      )}
      <ReceivingField />
    </>
  );
}

function Facts({ settings }: { readonly settings: LockSettings }) {
  const t = useWords();
  const terms = useTerms();
  return (
    <FactList
      facts={[
        ...roles.map(({ field, role }) => ({
          term: terms.role(role),
          value: t('lock.minutes', { count: settings[field] }),
        })),
        { term: t('lock.longest'), value: t('lock.hours', { count: settings.longestHours }) },
      ]}
    />
  );
}

interface EditorProps {
  readonly settings: LockSettings;
  readonly choices: readonly LockChoice[];
}

function Editor({ settings, choices }: EditorProps) {
  const t = useWords();
  const terms = useTerms();
  const toast = useToast();
  const queries = useQueryClient();
  const save = useAction('clinic.saveLockSettings');
  const { draft, changed, ...edited } = useEdited(settings);
  const choice = choices.find((c) => c.offered.rule === draft.rule);
  const set = (change: Partial<LockSettings>) => {
    edited.set(change);
    save.clear();
  };
  const submit = async () => {
    if (!changed) return;
    const saved = await save.run(draft);
    if (!saved) return;
    queries.setQueryData(settingsKeys.locking, saved);
    edited.saved(draft);
    toast({ tone: 'ok', title: t('settings.saved') });
  };
  const minutes = upTo(choice?.mostMinutes ?? 0, (count) => t('lock.minutes', { count }));
  const hours = upTo(choice?.mostHours ?? 0, (count) => t('lock.hours', { count }));
  return (
    <Form
      onSubmit={() => submit()}
      actions={
        <Button
          submit
          kind="main"
          busy={save.running}
          blocked={changed ? undefined : t('settings.nothingChanged')}
        >
          {t('ui.save')}
        </Button>
      }
    >
      <ChoiceField
        label={t('lock.rule.label')}
        value={draft.rule}
        // Each rule comes with times that keep it.
        onChange={(rule) => set(choices.find((c) => c.offered.rule === rule)?.offered ?? {})}
        choices={choices.map(({ offered, mostMinutes }) => ({
          value: offered.rule,
          label: t(`lock.rule.${offered.rule}`),
          hint: t(`lock.rule.${offered.rule}Hint`, { minutes: mostMinutes }),
        }))}
      />
      <p className={classes['words']}>{t('lock.restHint')}</p>
      <div className={classes['grid']}>
        {roles.map(({ field, role }) => (
          <SelectField
            key={field}
            label={terms.role(role)}
            value={String(draft[field])}
            options={minutes}
            onChange={(count) => set({ [field]: Number(count) })}
          />
        ))}
      </div>
      <SelectField
        label={t('lock.longest')}
        hint={t('lock.longestHint')}
        value={String(draft.longestHours)}
        options={hours}
        onChange={(count) => set({ longestHours: Number(count) })}
      />
      {save.error ? <ErrorState error={save.error} onRetry={() => void submit()} /> : null}
    </Form>
  );
}

function upTo(most: number, words: (count: number) => string) {
  return Array.from({ length: most }, (_, at) => ({
    value: String(at + 1),
    label: words(at + 1),
  }));
}
