import { useState } from 'react';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import type { ConsentRow, FormRow } from '../../door/shapes';
import { useForms } from '../../door/usePatients';
import { useFormats, useLanguage, useWords } from '../../i18n/I18nProvider';
import { type Language, languageNames, languages } from '../../i18n/i18n';
import type { WordKey } from '../../i18n/words';
import type { PaperSize } from '../../paper/sheet';
import { formFor } from '../../terms/forms';
import {
  Actions,
  Button,
  ChoiceField,
  DateField,
  Dialog,
  DialogForm,
  ErrorState,
  Notice,
  Progress,
  SelectField,
  Skeleton,
} from '../../ui';
import { LeftOut } from './LeftOut';
import { PaperReady } from './PaperReady';
import classes from './records.module.css';
import { type PaperOrder, usePapers } from './usePapers';

interface Props {
  readonly order: PaperOrder | null;
  /** Of the patient whom the paper is for: a form is chosen by it. */
  readonly language?: Language | undefined;
  readonly minor?: boolean | undefined;
  /** The consents of the patient, the newest first: the record is of one of them. */
  readonly consents?: readonly ConsentRow[] | undefined;
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
      {order ? <WithForms order={order} {...rest} /> : null}
    </Dialog>
  );
}

type Wanted = Omit<Props, 'order'> & { readonly order: PaperOrder };

/** A form can be chosen once they are known; nothing else waits for them. */
function WithForms(props: Wanted) {
  const forms = useForms();
  const { order } = props;
  const needed = order.kind === 'form' || (order.kind === 'batch' && order.what === 'forms');
  if (!needed) return <Making {...props} forms={[]} />;
  if (failed(forms)) {
    return <ErrorState error={asDoorError(forms.error)} onRetry={() => void forms.refetch()} />;
  }
  if (!forms.data) return <Skeleton shape="details" />;
  return <Making {...props} forms={forms.data.items} />;
}

interface Picked {
  readonly language?: Language;
  readonly form?: string;
  readonly consent?: string;
}

function Making({
  order,
  forms,
  language,
  minor = false,
  consents = [],
  onClose,
}: Wanted & { readonly forms: readonly FormRow[] }) {
  const t = useWords();
  const screen = useLanguage();
  const { state, make, stop } = usePapers();
  const [size, setSize] = useState<PaperSize>(rememberedSize);
  const [picked, setPicked] = useState<Picked>({});
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  // The papers that somebody has printed or saved, by their first key.
  const [kept, setKept] = useState<ReadonlySet<string>>(new Set());
  const own = picked.language ?? screen.language;
  const used = forms.filter((f) => !f.retired);
  const form =
    picked.form ?? formFor({ language: language ?? screen.language, minor }, used)?.version ?? '';
  const wanted: PaperOrder =
    order.kind === 'consent' ? { ...order, consent: picked.consent ?? order.consent } : order;
  const backwards = from !== '' && until !== '' && until < from;
  const lacks =
    order.kind === 'form' && form === ''
      ? t(used.length > 0 ? 'records.dialog.formFirst' : 'records.dialog.noForm')
      : backwards
        ? t('records.dialog.backwards')
        : undefined;
  const start = () => {
    if (lacks) return;
    remembered = size;
    void make(wanted, { size, language: own, form, from, until }, forms);
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
          <Actions>
            <Button onClick={stop}>{t('records.dialog.stop')}</Button>
          </Actions>
        </div>
      );
    case 'ready': {
      const key = state.paper.keys[0] ?? '';
      return (
        <PaperReady
          key={key}
          paper={state.paper}
          kept={kept.has(key)}
          onKept={() => setKept((was) => new Set(was).add(key))}
          onBack={state.paper.part?.back ?? stop}
          onClose={onClose}
        />
      );
    }
    case 'missing':
      return (
        <div className={classes['column']}>
          <Notice tone="warn" title={t('records.dialog.missing')} live>
            <p>{t('records.dialog.missingWhat', { letters: state.letters.join(' ') })}</p>
            <p>{t('records.dialog.missingNext')}</p>
          </Notice>
          <Actions>
            <Button onClick={state.despite}>{t('records.dialog.anyway')}</Button>
            <Button onClick={stop}>{t('records.dialog.back')}</Button>
          </Actions>
        </div>
      );
    case 'nobody':
      return (
        <div className={classes['column']}>
          <Notice
            tone="warn"
            title={t(state.back ? 'records.batch.nobodyElse' : 'records.batch.nobody')}
            live
          >
            {state.back ? null : <p>{t('records.batch.nobodyNext')}</p>}
          </Notice>
          <LeftOut left={state.left} />
          <Actions>
            <BackButton focusFirst back={state.back} onStop={stop} />
          </Actions>
        </div>
      );
    case 'failed':
      if (state.again) {
        return (
          <div className={classes['column']}>
            <Notice tone="stop" title={t('records.dialog.failed')} live>
              <p>{t('records.batch.failedNext')}</p>
            </Notice>
            <Actions>
              <Button kind="main" focusFirst onClick={state.again}>
                {t('ui.retry')}
              </Button>
              <BackButton back={state.back} onStop={stop} />
            </Actions>
          </div>
        );
      }
      break;
    case 'refused':
      if (state.goOn) {
        return (
          <div className={classes['column']}>
            <ErrorState error={state.error} />
            <p>{t('records.batch.stopped', { count: state.goOn.done })}</p>
            <Actions>
              <Button kind="main" focusFirst onClick={state.goOn.act}>
                {t('records.batch.goOn')}
              </Button>
              <BackButton back={state.goOn.back} onStop={stop} />
            </Actions>
          </div>
        );
      }
      break;
    default:
  }
  return (
    <DialogForm
      action={t('records.dialog.make')}
      focusFirst="action"
      blocked={lacks}
      error={state.step === 'refused' ? state.error : null}
      onSubmit={start}
      onCancel={onClose}
    >
      {state.step === 'failed' ? (
        <Notice tone="stop" title={t('records.dialog.failed')} live>
          <p>{t('records.dialog.failedNext')}</p>
        </Notice>
      ) : null}
      {order.kind === 'consent' && consents.length > 1 ? (
        <WhichConsent
          consents={consents}
          value={picked.consent ?? order.consent}
          onChange={(consent) => setPicked({ ...picked, consent })}
        />
      ) : null}
      {order.kind === 'texts' ? (
        <>
          <DateField
            optional
            label={t('records.dialog.from')}
            hint={t('records.dialog.daysHint')}
            value={from}
            onChange={setFrom}
          />
          <DateField
            optional
            label={t('records.dialog.until')}
            value={until}
            error={backwards ? t('records.dialog.backwards') : undefined}
            onChange={setUntil}
          />
        </>
      ) : null}
      {order.kind === 'form' ? (
        <SelectField
          label={t('records.dialog.form_field')}
          value={form}
          options={used.map((f) => ({
            value: f.version,
            label: t('paper.formOption', {
              version: f.version,
              language: languageNames[f.language],
            }),
          }))}
          onChange={(version) => setPicked({ ...picked, form: version })}
        />
      ) : order.kind === 'batch' && order.what === 'forms' ? (
        <p className={classes['lead']}>{t('records.batch.ownLanguage')}</p>
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
    </DialogForm>
  );
}

interface BackProps {
  readonly back: (() => void) | undefined;
  readonly onStop: () => void;
  readonly focusFirst?: boolean;
}

/** One step back: to the part before, or to what was chosen. */
function BackButton({ back, onStop, focusFirst = false }: BackProps) {
  const t = useWords();
  return (
    <Button focusFirst={focusFirst} onClick={back ?? onStop}>
      {t(back ? 'records.batch.back' : 'records.dialog.back')}
    </Button>
  );
}

interface WhichProps {
  readonly consents: readonly ConsentRow[];
  readonly value: string;
  readonly onChange: (consent: string) => void;
}

/** Which of a patient's consents: the one that texts rested on may have been replaced since. */
function WhichConsent({ consents, value, onChange }: WhichProps) {
  const t = useWords();
  const formats = useFormats();
  const of = (c: ConsentRow) => {
    const state = t(`records.sheet.state.${c.state}` as WordKey);
    return c.signedOn === ''
      ? t('records.dialog.consentUnsigned', { state, code: c.code })
      : t('records.dialog.consentOf', { state, date: formats.day(c.signedOn), code: c.code });
  };
  return (
    <SelectField
      label={t('records.dialog.which')}
      value={value}
      options={consents.map((c) => ({ value: c.id, label: of(c) }))}
      onChange={onChange}
    />
  );
}

/** The paper in the printer stays the same from one print to the next. */
let remembered: PaperSize = 'us-letter';
const rememberedSize = (): PaperSize => remembered;
