import type { ReactNode } from 'react';
import type { FormRow } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { languageNames } from '../../i18n/i18n';
import { Button, ErrorState, Row, useToast } from '../../ui';
import { useConsentRefresh } from './useConsentRefresh';

interface Props {
  readonly form: FormRow;
  /** What it is for; its language is said beside it. */
  readonly name: string;
  /** Between the version and who has read it, and after; what is empty is left out. */
  readonly facts?: { readonly before?: string; readonly after?: readonly string[] };
  readonly children?: ReactNode;
  readonly read?: ReactNode;
  readonly edit?: ReactNode;
  /** Missing where nobody may say that it was read. */
  readonly onReview?: (() => void) | undefined;
  /** What is said when it is put away and when it is back; missing where it stays. */
  readonly retires?: { readonly done: string; readonly back: string } | undefined;
}

/** A version of a form or of ready words: who has read it, and whether it is in use. */
export function VersionRow({ form, name, facts, children, read, edit, onReview, retires }: Props) {
  const t = useWords();
  const formats = useFormats();
  const toast = useToast();
  const retire = useAction('form.retire');
  const refresh = useConsentRefresh();
  const turn = async (said: string) => {
    if (!(await retire.run({ version: form.version, retired: !form.retired }))) return;
    await refresh();
    toast({ tone: 'ok', title: said });
  };
  const standing = form.retired
    ? t('consents.forms.retired')
    : form.reviewedBy
      ? t('consents.forms.reviewed', { name: form.reviewedBy, date: formats.day(form.reviewedOn) })
      : t(form.draft ? 'consents.forms.draft' : 'consents.forms.shipped');
  return (
    <Row
      name={`${name} · ${languageNames[form.language]}`}
      line={[form.version, facts?.before, standing, ...(facts?.after ?? [])]
        .filter(Boolean)
        .join(' · ')}
      words={children}
      actions={
        <>
          {read}
          {edit}
          {form.draft && onReview ? (
            <Button onClick={onReview}>{t('consents.forms.review')}</Button>
          ) : null}
          {retires ? (
            <Button
              kind="quiet"
              busy={retire.running}
              onClick={() => turn(form.retired ? retires.back : retires.done)}
            >
              {t(form.retired ? 'consents.forms.back' : 'consents.forms.retire')}
            </Button>
          ) : null}
        </>
      }
      below={retire.error ? <ErrorState error={retire.error} /> : null}
    />
  );
}
