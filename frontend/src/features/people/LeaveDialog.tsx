import { useState } from 'react';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import type { StaffRow } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useDeparture } from '../../door/usePeople';
import { useWords } from '../../i18n/I18nProvider';
import {
  Dialog,
  DialogForm,
  ErrorState,
  Notice,
  Quiet,
  SelectField,
  Skeleton,
  useToast,
} from '../../ui';
import classes from './people.module.css';

interface Props {
  /** Who leaves; closed while null. */
  readonly member: StaffRow | null;
  readonly onClose: () => void;
}

/** Somebody leaves: one press, and who takes over what she leaves behind. */
export function LeaveDialog({ member, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog
      open={member !== null}
      onClose={onClose}
      title={t('people.leave.title', { name: member?.name ?? '' })}
      width="md"
    >
      {member ? <Question member={member} onClose={onClose} /> : null}
    </Dialog>
  );
}

const nobody = 'nobody';

function Question({ member, onClose }: Props & { readonly member: StaffRow }) {
  const t = useWords();
  const toast = useToast();
  const left = useDeparture(member.id);
  const leave = useAction('staff.leave');
  const [heir, setHeir] = useState(nobody);
  const submit = async () => {
    const to = heir === nobody ? '' : heir;
    if (!(await leave.run({ member: member.id, heir: to }))) return;
    toast({ tone: 'ok', title: t('people.leave.done', { name: member.name }) });
    onClose();
  };
  if (failed(left)) {
    return <ErrorState error={asDoorError(left.error)} onRetry={() => void left.refetch()} />;
  }
  if (!left.data) return <Skeleton shape="details" />;
  const { patients, allPatients, drafts, waiting, heirs } = left.data;
  return (
    <DialogForm
      action={t('people.leave.confirm')}
      danger
      busy={leave.running}
      error={leave.error}
      onSubmit={() => submit()}
      onCancel={onClose}
    >
      <p>{t('people.leave.lead', { name: member.name })}</p>
      <ul className={classes['left']}>
        {allPatients > 0 ? <li>{t('people.leave.patients', { count: allPatients })}</li> : null}
        {drafts > 0 ? <li>{t('people.leave.drafts', { count: drafts })}</li> : null}
        {waiting > 0 ? <li>{t('people.leave.waiting', { count: waiting })}</li> : null}
        {allPatients + drafts + waiting === 0 ? <li>{t('people.leave.nothing')}</li> : null}
      </ul>
      {patients.length > 0 ? (
        <Quiet>
          {patients
            .slice(0, 12)
            .map((p) => p.name)
            .join(' · ')}
          {allPatients > 12 ? ` · ${t('people.leave.more', { count: allPatients - 12 })}` : ''}
        </Quiet>
      ) : null}
      <SelectField
        label={t('people.leave.heir')}
        value={heir}
        options={[
          { value: nobody, label: t('people.leave.nobody') },
          ...heirs.map((h) => ({ value: h.id, label: h.name })),
        ]}
        onChange={setHeir}
      />
      <Notice tone="info" title={t('people.leave.cannot.title')} compact>
        {t('people.leave.cannot.body')}
      </Notice>
    </DialogForm>
  );
}
