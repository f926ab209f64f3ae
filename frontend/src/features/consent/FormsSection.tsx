import { useState } from 'react';
import { useMay } from '../../door/context';
import { asDoorError } from '../../door/error';
import type { FormRow } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useForms } from '../../door/usePatients';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { languageNames } from '../../i18n/i18n';
import { Button, ErrorState, Skeleton, useToast } from '../../ui';
import { AttachFormDialog } from './AttachFormDialog';
import classes from './ConsentsPane.module.css';
import { FormEditDialog } from './FormEditDialog';
import { FormReadDialog } from './FormReadDialog';
import { ReviewDialog } from './ReviewDialog';
import { useConsentRefresh } from './useConsentRefresh';

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
  if (forms.error) {
    return <ErrorState error={asDoorError(forms.error)} onRetry={() => void forms.refetch()} />;
  }
  if (!forms.data) return <Skeleton shape="details" />;
  const all = forms.data.items;
  const shown = retired ? all : all.filter((f) => !f.retired);
  return (
    <section className={classes['section']} aria-labelledby="consents-forms">
      <h2 className={classes['heading']} id="consents-forms">
        {t('consents.forms.title')}
      </h2>
      <p className={classes['quiet']}>{t('consents.forms.lead')}</p>
      <ul className={classes['list']}>
        {shown.map((form) => (
          <Line
            key={form.version}
            form={form}
            mayEdit={mayEdit}
            onRead={() => setReading(form)}
            onEdit={() => setEditing(form)}
            onReview={() => setReviewing(form)}
          />
        ))}
      </ul>
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
    </section>
  );
}

interface LineProps {
  readonly form: FormRow;
  readonly mayEdit: boolean;
  readonly onRead: () => void;
  readonly onEdit: () => void;
  readonly onReview: () => void;
}

function Line({ form, mayEdit, onRead, onEdit, onReview }: LineProps) {
  const t = useWords();
  const formats = useFormats();
  const toast = useToast();
  const retire = useAction('form.retire');
  const refresh = useConsentRefresh();
  const turn = async () => {
    if (!(await retire.run({ version: form.version, retired: !form.retired }))) return;
    await refresh();
    toast({
      tone: 'ok',
      title: t(form.retired ? 'consents.forms.backDone' : 'consents.forms.retireDone'),
    });
  };
  const standing = form.retired
    ? t('consents.forms.retired')
    : form.reviewedBy
      ? t('consents.forms.reviewed', { name: form.reviewedBy, date: formats.day(form.reviewedOn) })
      : t(form.draft ? 'consents.forms.draft' : 'consents.forms.shipped');
  return (
    <li className={classes['row']}>
      <div className={classes['who']}>
        <p className={classes['name']}>
          {t(`consents.forms.variant.${form.variant === '' ? 'adult' : form.variant}`)}
          {' · '}
          {languageNames[form.language]}
        </p>
        <p className={classes['quiet']}>
          {[
            form.version,
            form.pages > 0 ? t('consents.attach.pages', { count: form.pages }) : '',
            standing,
            form.pair ? t('consents.forms.pairs', { version: form.pair }) : '',
            form.source,
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
      <div className={classes['actions']}>
        <Button onClick={onRead}>{t('consents.forms.read')}</Button>
        {mayEdit ? (
          <>
            {form.pages === 0 ? <Button onClick={onEdit}>{t('consents.forms.edit')}</Button> : null}
            {form.draft ? <Button onClick={onReview}>{t('consents.forms.review')}</Button> : null}
            <Button kind="quiet" busy={retire.running} onClick={() => void turn()}>
              {t(form.retired ? 'consents.forms.back' : 'consents.forms.retire')}
            </Button>
          </>
        ) : null}
      </div>
      {retire.error ? <ErrorState error={retire.error} /> : null}
    </li>
  );
}
