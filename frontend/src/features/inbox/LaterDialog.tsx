import { useState } from 'react';
import type { Category, ThreadPage } from '../../door/shapes';
import type { OwnPicture } from '../../door/useDraftPicture';
import type { ClinicError } from '../../i18n/errors';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { ReasonList } from '../../terms/ReasonList';
import { CheckField, Dialog, DialogForm, ErrorState, Notice, SelectField, useNow } from '../../ui';
import { SecondLook } from './DraftPicture';
import { firstChoice, holdable, type Later, laterDays, onDay, timesOf } from './laterTimes';
import { useChecked } from './useChecked';

interface Props {
  readonly open: boolean;
  readonly page: ThreadPage;
  readonly body: string;
  readonly category: Category;
  readonly own: OwnPicture;
  readonly busy: boolean;
  readonly error: ClinicError | null;
  /** Settles once the text is on record and shown, or was refused. */
  readonly onSend: (later: Later, confirmed: boolean) => Promise<void>;
  readonly onClose: () => void;
}

/** When a text goes: day, time, and where it waits until then. */
export function LaterDialog({ open, onClose, ...props }: Props) {
  const t = useWords();
  return (
    <Dialog open={open} onClose={onClose} title={t('inbox.later.title')} width="sm">
      {open ? <Chosen {...props} onClose={onClose} /> : null}
    </Dialog>
  );
}

function Chosen({ page, body, category, own, busy, error, onSend, onClose }: Omit<Props, 'open'>) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const [days] = useState(() => laterDays(now, formats));
  const [sendAt, setSendAt] = useState(() => firstChoice(days));
  const [wanted, setWanted] = useState(true);
  const picture = own.number > 0;
  // The phone service does not keep pictures for later.
  const mayHold = !picture && category === 'reminders' && holdable(sendAt, now);
  const later = { sendAt, atProvider: mayHold && wanted };
  const { last, due, failure, look } = useChecked(page.id, body, category, picture, later);
  // An answer for another hour says nothing about this one.
  const checked = due ? null : last;
  const day = days.find((d) => d.day === formats.dayOf(sendAt));
  const reasons = checked?.reasons ?? [];
  const waits = checked?.answer === 'wait' && checked.until !== '';
  const goes = formats.dateTime(waits ? checked.until : sendAt, now);
  return (
    <DialogForm
      action={t(checked?.answer === 'confirm' ? 'inbox.confirm.send' : 'inbox.later.send')}
      busy={busy}
      error={error}
      blocked={
        due
          ? t('inbox.later.checking')
          : checked?.answer === 'no'
            ? t('inbox.later.cannot')
            : undefined
      }
      onSubmit={() => onSend(later, checked?.answer === 'confirm')}
      onCancel={() => {
        // What is under way is not called off by looking away.
        if (!busy) onClose();
      }}
    >
      <SelectField
        label={t('inbox.later.day')}
        value={day?.day ?? ''}
        options={days.map((d) => ({
          value: d.day,
          label: formats.dayHeading(d.times[0] ?? sendAt, now),
        }))}
        onChange={(value) => {
          const other = days.find((d) => d.day === value);
          if (other) setSendAt(onDay(other, sendAt, formats));
        }}
      />
      <SelectField
        label={t('inbox.later.time')}
        value={sendAt}
        options={timesOf(day, formats)}
        onChange={setSendAt}
      />
      {mayHold ? (
        <CheckField
          label={t('inbox.later.hold')}
          hint={t('inbox.later.holdHint')}
          checked={wanted}
          onChange={setWanted}
        />
      ) : null}
      <SecondLook own={own} body={body.trim()} />
      {due ? (
        <p role="status">{t('inbox.later.checking')}</p>
      ) : failure ? (
        <ErrorState error={failure} onRetry={look} />
      ) : reasons.length > 0 && !waits ? (
        <ReasonList reasons={reasons} />
      ) : (
        <Notice
          live
          tone={waits ? 'warn' : 'info'}
          title={t(waits ? 'inbox.later.goesThen' : 'inbox.later.goes', { time: goes })}
        >
          <p>{t(later.atProvider ? 'inbox.later.waitsThere' : 'inbox.later.waitsHere')}</p>
        </Notice>
      )}
      {checked && waits ? <ReasonList reasons={reasons} /> : null}
    </DialogForm>
  );
}
