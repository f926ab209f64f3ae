import { useState } from 'react';
import { useMay } from '../../door/context';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import type { FormRow } from '../../door/shapes';
import { useForms } from '../../door/usePatients';
import { useWords } from '../../i18n/I18nProvider';
import { Button, Card, ErrorState, Rows, Skeleton } from '../../ui';
import { AttachFormDialog } from './AttachFormDialog';
import { FormEditDialog } from './FormEditDialog';
import { FormReadDialog } from './FormReadDialog';
import { ReviewDialog } from './ReviewDialog';
import { VersionRow } from './VersionRow';

/** The forms: which there are, who has read them, and words of the clinic's own. */
export function FormsSection() {
  const t = useWords();
  const mayEdit = useMay('forms.edit');
  const forms = useForms();
  const [reading, setReading] = useState<FormRow | null>(null);
  const [editing, setEditing] = useState<FormRow | null>(null);
  const [reviewing, setReviewing] = useState<FormRow | null>(null);
  const [attaching, setAttaching] = useState(false);
  const [retired, setRetired] = useState(false);
  if (failed(forms)) {
    return <ErrorState error={asDoorError(forms.error)} onRetry={() => void forms.refetch()} />;
  }
  if (!forms.data) return <Skeleton shape="details" />;
  const all = forms.data.items;
  const shown = retired ? all : all.filter((f) => !f.retired);
  return (
    <Card title={t('consents.forms.title')} lead={t('consents.forms.lead')}>
      <Rows>
        {shown.map((form) => (
          <VersionRow
            key={form.version}
            form={form}
            name={t(`consents.forms.variant.${form.variant === '' ? 'adult' : form.variant}`)}
            facts={{
              before: form.pages > 0 ? t('consents.attach.pages', { count: form.pages }) : '',
              after: [
                form.pair ? t('consents.forms.pairs', { version: form.pair }) : '',
                form.source,
              ],
            }}
            read={<Button onClick={() => setReading(form)}>{t('consents.forms.read')}</Button>}
            edit={
              mayEdit && form.pages === 0 ? (
                <Button onClick={() => setEditing(form)}>{t('consents.forms.edit')}</Button>
              ) : undefined
            }
            onReview={mayEdit ? () => setReviewing(form) : undefined}
            retires={
              mayEdit
                ? { done: t('consents.forms.retireDone'), back: t('consents.forms.backDone') }
                : undefined
            }
          />
        ))}
      </Rows>
      {mayEdit ? (
        <div>
          <Button onClick={() => setAttaching(true)}>{t('consents.attach.open')}</Button>
        </div>
      ) : null}
      {all.length > shown.length ? (
        <div>
          <Button kind="quiet" onClick={() => setRetired(true)}>
            {t('consents.forms.showRetired', { count: all.length - shown.length })}
          </Button>
        </div>
      ) : null}
      <FormReadDialog form={reading} onClose={() => setReading(null)} />
      <FormEditDialog from={editing} forms={all} onClose={() => setEditing(null)} />
      <AttachFormDialog open={attaching} forms={all} onClose={() => setAttaching(false)} />
      <ReviewDialog form={reviewing} onClose={() => setReviewing(null)} />
    </Card>
  );
}
