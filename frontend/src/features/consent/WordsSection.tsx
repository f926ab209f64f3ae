import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useDoor, useMay } from '../../door/context';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { consentKeys } from '../../door/keys';
import type { FormRow, ReadyRow } from '../../door/shapes';
import { useWords } from '../../i18n/I18nProvider';
import { Button, Card, ErrorState, Notice, Rows, Skeleton } from '../../ui';
import { ReviewDialog } from './ReviewDialog';
import { VersionRow } from './VersionRow';
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
  if (failed(ready)) {
    return <ErrorState error={asDoorError(ready.error)} onRetry={() => void ready.refetch()} />;
  }
  if (!ready.data) return <Skeleton shape="details" />;
  const { items, longest } = ready.data;
  const shown = retired ? items : items.filter((row) => !row.form.retired);
  return (
    <Card title={t('consents.ready.title')} lead={t('consents.ready.lead')}>
      {items.some((row) => row.words === '') ? (
        <Notice compact tone="warn" title={t('consents.ready.noPhone')} />
      ) : null}
      <Rows>
        {shown.map((row) => (
          <VersionRow
            key={row.form.version}
            form={row.form}
            name={t(`consents.ready.use.${row.use}`)}
            edit={
              mayEdit && row.use === 'first' ? (
                <Button onClick={() => setWriting(from(row, longest))}>
                  {t('consents.ready.edit')}
                </Button>
              ) : undefined
            }
            onReview={mayEdit ? () => setReviewing(row.form) : undefined}
            retires={
              mayEdit && row.use === 'first'
                ? { done: t('settings.saved'), back: t('settings.saved') }
                : undefined
            }
          >
            <p lang={row.form.language}>{row.words || row.text}</p>
            {row.use !== 'thanks' && row.words.length > longest ? (
              <Notice compact tone="warn" title={t('consents.ready.tooLong')} />
            ) : null}
          </VersionRow>
        ))}
      </Rows>
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
    </Card>
  );
}

/** What every such text has to hold. */
const start = '{practice}: {phone}. STOP';

/** The words that take the place of others. */
function from({ form, text }: ReadyRow, longest: number): WordsToWrite {
  return { language: form.language, text, replaces: form.version, longest };
}
