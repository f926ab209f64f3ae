import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useDoor } from '../../door/context';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { consentKeys } from '../../door/keys';
import type { FormRow } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useFormWords } from '../../door/usePatients';
import { useWords } from '../../i18n/I18nProvider';
import {
  Dialog,
  DialogForm,
  ErrorState,
  Notice,
  Skeleton,
  TextField,
  useSettled,
  useToast,
} from '../../ui';
import classes from './ConsentsPane.module.css';
import { FormPreviewPane } from './FormReadDialog';
import { PairField } from './PairField';
import { useConsentRefresh } from './useConsentRefresh';

interface Props {
  /** The form whose words are the start; closed while null. */
  readonly from: FormRow | null;
  readonly forms: readonly FormRow[];
  readonly onClose: () => void;
}

/** Words of the clinic's own. What was signed stays as it was: saving makes a new version. */
export function FormEditDialog({ from, forms, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog open={from !== null} onClose={onClose} title={t('consents.forms.edit')} width="lg">
      {from ? <WithWords from={from} forms={forms} onClose={onClose} /> : null}
    </Dialog>
  );
}

function WithWords({ from, forms, onClose }: Props & { readonly from: FormRow }) {
  const words = useFormWords(from.version, '');
  if (failed(words)) {
    return <ErrorState error={asDoorError(words.error)} onRetry={() => void words.refetch()} />;
  }
  if (!words.data) return <Skeleton shape="details" />;
  return <Fields from={from} forms={forms} start={words.data.text} onClose={onClose} />;
}

function Fields({
  from,
  forms,
  start,
  onClose,
}: Props & { readonly from: FormRow; readonly start: string }) {
  const t = useWords();
  const toast = useToast();
  const door = useDoor();
  const [text, setText] = useState(start);
  const [source, setSource] = useState('');
  const [pair, setPair] = useState('');
  const settled = useSettled(text, 400);
  const save = useAction('form.save');
  const refresh = useConsentRefresh();
  const draft = { language: from.language, variant: from.variant, pair, source };
  const preview = useQuery({
    queryKey: [...consentKeys.all, 'preview', from.version, settled],
    queryFn: ({ signal }) =>
      door.call('form.preview', { ...draft, pair: '', text: settled }, signal),
    gcTime: 0,
    placeholderData: (before) => before,
  });
  const missing = preview.data?.missing ?? [];
  const submit = async () => {
    if (!(await save.run({ ...draft, text }))) return;
    await refresh();
    toast({ tone: 'ok', title: t('consents.forms.saved') });
    onClose();
  };
  return (
    <DialogForm
      action={t('consents.forms.save')}
      busy={save.running}
      blocked={
        text === start
          ? t('consents.forms.unchanged')
          : missing.length > 0
            ? t('consents.forms.missingFirst')
            : undefined
      }
      error={save.error}
      onSubmit={() => submit()}
      onCancel={onClose}
    >
      <p>{t('consents.forms.editLead')}</p>
      <TextField
        long
        label={t('consents.forms.words')}
        hint={t('consents.forms.wordsHint')}
        value={text}
        onChange={(next) => {
          setText(next);
          save.clear();
        }}
      />
      {missing.length > 0 ? (
        <Notice live tone="warn" title={t('consents.forms.missing', { count: missing.length })}>
          <ul className={classes['missing']}>
            {missing.map(({ key, source: rule }) => (
              <li key={key}>
                {t(`consents.statement.${key as 'risks'}`)}
                {rule ? ` (${rule})` : ''}
              </li>
            ))}
          </ul>
        </Notice>
      ) : null}
      <TextField
        optional
        label={t('consents.forms.source')}
        hint={t('consents.forms.sourceHint')}
        value={source}
        maxLength={200}
        onChange={setSource}
      />
      <PairField of={from} forms={forms} value={pair} onChange={setPair} />
      {preview.data ? (
        <FormPreviewPane blocks={preview.data.blocks} language={from.language} />
      ) : null}
    </DialogForm>
  );
}
