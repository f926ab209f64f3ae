import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useDoor, useMay } from '../../door/context';
import { asDoorError } from '../../door/error';
import { consentKeys } from '../../door/keys';
import type { FormRow, ReadyRow } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { languageNames } from '../../i18n/i18n';
import { Button, ErrorState, Notice, Skeleton, useToast } from '../../ui';
import classes from './ConsentsPane.module.css';
import { ReviewDialog } from './ReviewDialog';
import { useConsentRefresh } from './useConsentRefresh';
import { WordsDialog, type WordsToWrite } from './WordsDialog';

/** The texts that the program has ready for who has signed nothing, and who has read them. */
export function WordsSection() {
  const t = useWords();
  const door = useDoor();
  const mayEdit = useMay('forms.edit');
  const [writing, setWriting] = useState<WordsToWrite | null>(null);
  const [reviewing, setReviewing] = useState<FormRow | null>(null);
  const [retired, setRetired] = useState(false);
  const ready = useQuery({
    queryKey: consentKeys.ready,
    queryFn: ({ signal }) => door.call('words.ready', {}, signal),
  });
  if (ready.error) {
    return <ErrorState error={asDoorError(ready.error)} onRetry={() => void ready.refetch()} />;
  }
  if (!ready.data) return <Skeleton shape="details" />;
  const { items, longest } = ready.data;
  const shown = retired ? items : items.filter((row) => !row.form.retired);
  return (
    <section className={classes['section']} aria-labelledby="consents-ready">
      <h2 className={classes['heading']} id="consents-ready">
        {t('consents.ready.title')}
      </h2>
      <p className={classes['quiet']}>{t('consents.ready.lead')}</p>
      {items.some((row) => row.words === '') ? (
        <Notice compact tone="warn" title={t('consents.ready.noPhone')} />
      ) : null}
      <ul className={classes['list']}>
        {shown.map((row) => (
          <Line
            key={row.form.version}
            row={row}
            longest={longest}
            mayEdit={mayEdit}
            onEdit={() =>
              setWriting({
                language: row.form.language,
                text: row.text,
                replaces: row.form.version,
                longest,
              })
            }
            onReview={() => setReviewing(row.form)}
          />
        ))}
      </ul>
      {mayEdit ? (
        <div>
          <Button
            onClick={() => setWriting({ language: 'en', text: start, replaces: '', longest })}
          >
            {t('consents.ready.add')}
          </Button>
        </div>
      ) : null}
      {items.length > shown.length ? (
        <div>
          <Button kind="quiet" onClick={() => setRetired(true)}>
            {t('consents.forms.showRetired', { count: items.length - shown.length })}
          </Button>
        </div>
      ) : null}
      <WordsDialog words={writing} onClose={() => setWriting(null)} />
      <ReviewDialog form={reviewing} onClose={() => setReviewing(null)} />
    </section>
  );
}

/** What every such text has to hold. */
const start = '{practice}: {phone}. STOP';

interface LineProps {
  readonly row: ReadyRow;
  readonly longest: number;
  readonly mayEdit: boolean;
  readonly onEdit: () => void;
  readonly onReview: () => void;
}

function Line({ row, longest, mayEdit, onEdit, onReview }: LineProps) {
  const t = useWords();
  const formats = useFormats();
  const toast = useToast();
  const retire = useAction('form.retire');
  const refresh = useConsentRefresh();
  const { form, use } = row;
  const turn = async () => {
    if (!(await retire.run({ version: form.version, retired: !form.retired }))) return;
    await refresh();
    toast({ tone: 'ok', title: t('settings.saved') });
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
          {t(`consents.ready.use.${use}`)}
          {' · '}
          {languageNames[form.language]}
        </p>
        <p lang={form.language}>{row.words || row.text}</p>
        <p className={classes['quiet']}>{[form.version, standing].join(' · ')}</p>
        {use !== 'thanks' && row.words.length > longest ? (
          <Notice compact tone="warn" title={t('consents.ready.tooLong')} />
        ) : null}
      </div>
      {mayEdit ? (
        <div className={classes['actions']}>
          {use === 'first' ? <Button onClick={onEdit}>{t('consents.ready.edit')}</Button> : null}
          {form.draft ? <Button onClick={onReview}>{t('consents.forms.review')}</Button> : null}
          {use === 'first' ? (
            <Button kind="quiet" busy={retire.running} onClick={() => void turn()}>
              {t(form.retired ? 'consents.forms.back' : 'consents.forms.retire')}
            </Button>
          ) : null}
        </div>
      ) : null}
      {retire.error ? <ErrorState error={retire.error} /> : null}
    </li>
  );
}
