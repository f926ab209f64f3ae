import { useState } from 'react';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import type { StaffRow } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useStaff } from '../../door/usePeople';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import {
  Button,
  Card,
  ErrorState,
  InlineSelect,
  Notice,
  Row,
  Rows,
  Skeleton,
  useNow,
} from '../../ui';
import { AddMemberDialog } from './AddMemberDialog';
import { EndPhoneDialog } from './EndPhoneDialog';
import { LeaveDialog } from './LeaveDialog';
import { roles } from './roles';
import { SetPassphraseDialog } from './SetPassphraseDialog';

/** Everybody who works here, and what can be done about each. */
export function StaffSection() {
  const t = useWords();
  const staff = useStaff();
  const [adding, setAdding] = useState(false);
  const [giving, setGiving] = useState<StaffRow | null>(null);
  const [phoneOf, setPhoneOf] = useState<StaffRow | null>(null);
  const [leaving, setLeaving] = useState<StaffRow | null>(null);
  const change = useAction('staff.changeRole');
  const lineOf = useStaffLine();
  if (failed(staff)) {
    return <ErrorState error={asDoorError(staff.error)} onRetry={() => void staff.refetch()} />;
  }
  if (!staff.data) return <Skeleton shape="details" />;
  return (
    <Card title={t('people.staff')}>
      {staff.data.needsSecond ? (
        <Notice tone="warn" title={t('people.second.title')} compact>
          {t('people.second.body')}
        </Notice>
      ) : null}
      {staff.data.changeKey ? (
        <Notice tone="warn" title={t('people.key.title')} compact>
          {t('people.key.body')}
        </Notice>
      ) : null}
      {change.error ? <ErrorState error={change.error} /> : null}
      <Rows>
        {staff.data.items.map((row) => (
          <Row
            key={row.id}
            name={row.me ? t('people.you', { name: row.name }) : row.name}
            line={lineOf(row)}
            actions={
              row.mayDecide ? (
                <>
                  <InlineSelect
                    label={t('people.worksAs')}
                    value={row.role}
                    options={roles.map((role) => ({
                      value: role,
                      label: t(`people.role.${role}`),
                    }))}
                    onChange={(role) => void change.run({ member: row.id, role })}
                  />
                  <Button size="sm" onClick={() => setGiving(row)}>
                    {t('people.passphrase.give')}
                  </Button>
                  {row.phone ? (
                    <Button size="sm" onClick={() => setPhoneOf(row)}>
                      {t('people.phone.end')}
                    </Button>
                  ) : null}
                  <Button size="sm" onClick={() => setLeaving(row)}>
                    {t('people.leave.action')}
                  </Button>
                </>
              ) : undefined
            }
          />
        ))}
      </Rows>
      <div>
        <Button onClick={() => setAdding(true)}>{t('people.add.action')}</Button>
      </div>
      <AddMemberDialog open={adding} onClose={() => setAdding(false)} />
      <SetPassphraseDialog member={giving} onClose={() => setGiving(null)} />
      <EndPhoneDialog member={phoneOf} onClose={() => setPhoneOf(null)} />
      <LeaveDialog member={leaving} onClose={() => setLeaving(null)} />
    </Card>
  );
}

/** What is to be known of somebody: the work, and what is not in order. */
function useStaffLine(): (row: StaffRow) => string {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  return (row) => {
    const lines = [
      row.left
        ? t('people.left', { date: formats.dateTime(row.left, now) })
        : t(`people.role.${row.role}`),
    ];
    if (row.patients > 0) lines.push(t('people.patients', { count: row.patients }));
    if (row.failures > 0) lines.push(t('people.failures', { count: row.failures }));
    if (!row.left && !row.signsIn) lines.push(t('people.noPassphrase'));
    if (row.left && !row.closed) lines.push(t('people.notClosed'));
    return lines.join(' · ');
  };
}
