import { useState } from 'react';
import type { FormRow } from '../../door/shapes';
import { useForms } from '../../door/usePatients';
import { useLanguage, useWords } from '../../i18n/I18nProvider';
import { type Language, languageNames, languages } from '../../i18n/i18n';
import type { PaperSize } from '../../paper/sheet';
import {
  Button,
  ChoiceField,
  Dialog,
  ErrorState,
  Form,
  Notice,
  Progress,
  SelectField,
} from '../../ui';
import { PaperReady } from './PaperReady';
import classes from './records.module.css';
import { type PaperOrder, usePapers } from './usePapers';

interface Props {
  readonly order: PaperOrder | null;
  /** Of the patient whom the paper is for: a form is chosen by it. */
  readonly language?: Language | undefined;
  readonly minor?: boolean | undefined;
  readonly onClose: () => void;
}

/** Asks how a paper is to be, makes it, and prints or saves it. */
export function PaperDialog({ order, ...rest }: Props) {
  const t = useWords();
  return (
    <Dialog
      open={order !== null}
      onClose={rest.onClose}
      title={order ? t(`records.dialog.${order.kind}`) : ''}
    >
      {order ? <Making order={order} {...rest} /> : null}
    </Dialog>
  );
}

/** The form for a language and an age, among those that are to be signed. */
function formOf(forms: readonly FormRow[], language: Language, minor: boolean): string {
  const usable = forms.filter((f) => !f.retired && f.language === language);
  const fits = usable.find((f) => (f.variant === 'minor') === minor && f.variant !== 'part2');
  return (fits ?? usable[0] ?? forms[0])?.version ?? '';
}

function Making({
  order,
  language,
  minor = false,
  onClose,
}: Omit<Props, 'order'> & { readonly order: PaperOrder }) {
  const t = useWords();
  const screen = useLanguage();
  const forms = useForms().data?.items ?? [];
  const { state, make, stop } = usePapers();
  const [size, setSize] = useState<PaperSize>(rememberedSize);
  const [picked, setPicked] = useState<{ language?: Language; form?: string }>({});
  const own = picked.language ?? (order.kind === 'form' ? language : undefined) ?? screen.language;
  const form = picked.form ?? formOf(forms, own, minor);
  // A form can be chosen once they are known.
  const waits = forms.length === 0 && (order.kind === 'form' || order.kind === 'batch');
  const start = () => {
    if (waits) return;
    remembered = size;
    void make(order, { size, language: own, form }, (p) => formOf(forms, p.language, p.minor));
  };

  switch (state.step) {
    case 'gathering':
    case 'setting':
    case 'drawing':
      return (
        <div className={classes['column']}>
          <Progress
            label={t(`records.dialog.${state.step}`)}
            done={state.done}
            total={state.total}
          />
          <div className={classes['actions']}>
            <Button onClick={stop}>{t('records.dialog.stop')}</Button>
          </div>
        </div>
      );
    case 'ready':
      return <PaperReady paper={state.paper} onBack={stop} onClose={onClose} />;
    case 'missing':
      return (
        <div className={classes['column']}>
          <Notice tone="warn" title={t('records.dialog.missing')} live>
            <p>{t('records.dialog.missingWhat', { letters: state.letters.join(' ') })}</p>
            <p>{t('records.dialog.missingNext')}</p>
          </Notice>
          <div className={classes['actions']}>
            <Button onClick={state.despite}>{t('records.dialog.anyway')}</Button>
            <Button onClick={stop}>{t('records.dialog.back')}</Button>
          </div>
        </div>
      );
    default:
      return (
        <Form
          onSubmit={start}
          actions={
            <>
              <Button submit kind="main" focusFirst busy={waits}>
                {t('records.dialog.make')}
              </Button>
              <Button onClick={onClose}>{t('ui.cancel')}</Button>
            </>
          }
        >
          {state.step === 'refused' ? <ErrorState error={state.error} /> : null}
          {state.step === 'failed' ? (
            <Notice tone="stop" title={t('records.dialog.failed')} live>
              <p>{t('records.dialog.failedNext')}</p>
            </Notice>
          ) : null}
          {order.kind === 'form' ? (
            <SelectField
              label={t('records.dialog.form_field')}
              value={form}
              options={forms
                .filter((f) => !f.retired)
                .map((f) => ({
                  value: f.version,
                  label: t('paper.formOption', {
                    version: f.version,
                    language: languageNames[f.language],
                  }),
                }))}
              onChange={(version) => setPicked({ ...picked, form: version })}
            />
          ) : (
            <ChoiceField
              label={t('records.dialog.language')}
              value={own}
              inline
              choices={languages.map((l) => ({ value: l, label: languageNames[l] }))}
              onChange={(chosen) => setPicked({ ...picked, language: chosen })}
            />
          )}
          <ChoiceField
            label={t('records.dialog.size')}
            value={size}
            inline
            choices={[
              { value: 'us-letter', label: t('records.dialog.letter') },
              { value: 'a4', label: t('records.dialog.a4') },
            ]}
            onChange={setSize}
          />
        </Form>
      );
  }
}

/** The paper in the printer stays the same from one print to the next. */
let remembered: PaperSize = 'us-letter';
const rememberedSize = (): PaperSize => remembered;
