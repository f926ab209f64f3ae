import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useDoor } from '../../door/context';
import { asDoorError, type DoorError } from '../../door/error';
import { bringFile } from '../../door/files';
import { consentKeys } from '../../door/keys';
import type { FormRow, FormVariant, LanguageName } from '../../door/shapes';
import { useWords } from '../../i18n/I18nProvider';
import { languageNames, languages } from '../../i18n/i18n';
import {
  CheckGroup,
  ChoiceField,
  Dialog,
  DialogForm,
  ErrorState,
  FileField,
  SelectField,
  TextField,
  useToast,
} from '../../ui';
import { PairField } from './PairField';
import { pairsFor } from './paper';
import { useConsentRefresh } from './useConsentRefresh';

interface Props {
  readonly open: boolean;
  readonly forms: readonly FormRow[];
  readonly onClose: () => void;
}

/** Attaches the form that the clinic's attorney approved, as the file that it is. */
export function AttachFormDialog({ open, forms, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog open={open} onClose={onClose} title={t('consents.attach.open')} width="lg">
      {open ? <Attaching forms={forms} onClose={onClose} /> : null}
    </Dialog>
  );
}

const variants = ['adult', 'minor', 'part2'] as const;

function Attaching({ forms, onClose }: Omit<Props, 'open'>) {
  const t = useWords();
  const door = useDoor();
  const toast = useToast();
  const refresh = useConsentRefresh();
  const [file, setFile] = useState<File | null>(null);
  const [language, setLanguage] = useState<LanguageName>('en');
  const [kind, setKind] = useState<(typeof variants)[number]>('adult');
  const [source, setSource] = useState('');
  const [chosen, setPair] = useState('');
  const [found, setFound] = useState<readonly string[]>([]);
  const [tried, setTried] = useState(false);
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<DoorError | null>(null);
  const variant: FormVariant = kind === 'adult' ? '' : kind;
  // What was chosen counts while it fits the language and for whom it is.
  const pair = pairsFor({ language, variant }, forms).some((f) => f.version === chosen)
    ? chosen
    : '';
  const wanted = useQuery({
    queryKey: consentKeys.wanted(variant),
    queryFn: ({ signal }) => door.call('form.wanted', { variant }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const items = wanted.data?.items ?? [];
  const missing = items.filter(({ key }) => !found.includes(key));
  const submit = async () => {
    setTried(true);
    if (!file || source.trim() === '' || items.length === 0 || missing.length > 0 || running)
      return;
    setRunning(true);
    setError(null);
    try {
      const key = await bringFile(door, file);
      const present = items.map((item) => item.key);
      await door.call('form.attach', { key, language, variant, pair, source, present });
      await refresh();
      toast({ tone: 'ok', title: t('consents.attach.done') });
      onClose();
    } catch (thrown) {
      setError(asDoorError(thrown));
    } finally {
      setRunning(false);
    }
  };
  return (
    <DialogForm
      action={t('consents.attach.save')}
      busy={running}
      error={error}
      onSubmit={() => submit()}
      onCancel={onClose}
    >
      <p>{t('consents.attach.lead')}</p>
      <FileField
        label={t('consents.attach.file')}
        hint={t('consents.attach.fileHint')}
        accept="application/pdf"
        value={file}
        error={tried && !file ? t('paper.scan.first') : undefined}
        onChange={setFile}
      />
      <ChoiceField
        inline
        label={t('consents.attach.language')}
        value={language}
        onChange={setLanguage}
        choices={languages.map((l) => ({ value: l, label: languageNames[l] }))}
      />
      <SelectField
        label={t('consents.attach.variant')}
        value={kind}
        onChange={setKind}
        options={variants.map((v) => ({ value: v, label: t(`consents.forms.variant.${v}`) }))}
      />
      <PairField of={{ language, variant }} forms={forms} value={pair} onChange={setPair} />
      <TextField
        label={t('consents.attach.source')}
        hint={t('consents.attach.sourceHint')}
        value={source}
        maxLength={200}
        error={tried && source.trim() === '' ? t('consents.attach.sourceFirst') : undefined}
        onChange={setSource}
      />
      {wanted.error ? (
        <ErrorState error={asDoorError(wanted.error)} onRetry={() => void wanted.refetch()} />
      ) : (
        <CheckGroup
          label={t('consents.attach.found')}
          hint={t('consents.attach.foundHint')}
          value={found}
          error={
            tried && missing.length > 0
              ? t('consents.attach.missing', { count: missing.length })
              : undefined
          }
          onChange={setFound}
          checks={items.map(({ key, source: rule }) => ({
            value: key,
            label: t(`consents.statement.${key as 'risks'}`),
            ...(rule ? { hint: rule } : {}),
          }))}
        />
      )}
    </DialogForm>
  );
}
