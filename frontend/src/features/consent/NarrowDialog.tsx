import { useState } from 'react';
import type { Category, ConsentRow, RevokedHow } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { useTerms } from '../../terms/terms';
import { CheckGroup, ChoiceField, Dialog, DialogForm, Notice, useToast } from '../../ui';
import { useConsentRefresh } from './useConsentRefresh';

interface Props {
  /** The consent that is narrowed; closed while null. */
  readonly consent: ConsentRow | null;
  readonly patient: string;
  readonly onClose: () => void;
}

const ways = ['call', 'in_person', 'text', 'letter'] as const;

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
  const [how, setHow] = useState<RevokedHow>('call');
  const narrow = useAction('consent.narrow');
  const refresh = useConsentRefresh();
  const submit = async () => {
    if (kept.length === 0) return;
    const scope = { ...consent.scope, categories: [...kept] };
    if (!(await narrow.run({ id: consent.id, scope, how }))) return;
    await refresh();
    toast({ tone: 'ok', title: t('paper.narrow.done') });
    onClose();
  };
  return (
    <DialogForm
      action={t('paper.narrow.confirm')}
      busy={narrow.running}
      blocked={kept.length === 0 ? t('paper.narrow.none') : undefined}
      error={narrow.error}
      onSubmit={() => void submit()}
      onCancel={onClose}
    >
      <p>{t(back ? 'paper.narrow.back' : 'paper.narrow.body', { patient })}</p>
      <CheckGroup
        label={t('paper.narrow.kept')}
        value={kept}
        onChange={setKept}
        checks={covered.map((value) => ({ value, label: terms.category(value) }))}
      />
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
