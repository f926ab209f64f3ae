import { useEffect, useRef, useState } from 'react';
import { useDoor } from '../../door/context';
import { asDoorError, type DoorError } from '../../door/error';
import { bringFile } from '../../door/files';
import type { FormRow, PatientCard } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useKeyOf } from '../../door/useKeyOf';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { languageNames } from '../../i18n/i18n';
import { categories, signers, useTerms } from '../../terms/terms';
import {
  CheckField,
  CheckGroup,
  ChoiceField,
  DateField,
  DialogForm,
  FileField,
  Notice,
  SelectField,
  useNow,
  useToast,
} from '../../ui';
import { BeginsField } from './BeginsField';
import { ChannelField } from './ChannelField';
import { FrequencyFields } from './FrequencyFields';
import classes from './PaperForm.module.css';
import {
  blankPaper,
  type Gap,
  gaps,
  lastOfYear,
  type Paper,
  paperLike,
  signedBy,
  toRecord,
} from './paper';
import { SignerFields } from './SignerFields';
import { scanTypes } from './scans';
import { TimesFields } from './TimesFields';
import { useConsentRefresh } from './useConsentRefresh';

interface Props {
  readonly card: PatientCard;
  readonly forms: readonly FormRow[];
  readonly onClose: () => void;
  /** A paper that was recorded just before: what papers share is copied from it. */
  readonly like?: Paper | null | undefined;
  /** Called with what was recorded; without it the form is closed. */
  readonly onRecorded?: ((paper: Paper) => void) | undefined;
  /** The version of the form, where the paper's code has told it. */
  readonly form?: string | undefined;
}

/** Copies what stands on a signed paper, in the order of the paper. */
export function PaperForm({ card, forms, onClose, like, onRecorded, form }: Props) {
  const t = useWords();
  const terms = useTerms();
  const formats = useFormats();
  const now = useNow();
  const toast = useToast();
  const door = useDoor();
  const [paper, setPaper] = useState<Paper>(() => {
    const start = paperLike(blankPaper(card, forms), like ?? null);
    return form ? { ...start, form } : start;
  });
  const [scan, setScan] = useState<File | null>(null);
  const [bringing, setBringing] = useState(false);
  const [notBrought, setNotBrought] = useState<DoorError | null>(null);
  const [tried, setTried] = useState(false);
  const record = useAction('consent.recordPaper');
  const keyOf = useKeyOf();
  const refresh = useConsentRefresh();

  // In a drawer of papers the keyboard goes on where papers differ: with the date, once the
  // first paper has told the rest.
  const dates = useRef<HTMLDivElement>(null);
  const drawer = onRecorded !== undefined;
  useEffect(() => {
    if (!drawer) return;
    const start = like ? dates.current : dates.current?.closest('form');
    start?.querySelector<HTMLElement>('select, input')?.focus();
  }, [drawer, like]);

  const missing = gaps(paper, formats.dayOf(now), card.minor);
  const problem = (...of: readonly Gap[]): string | undefined => {
    const first = of.find((gap) => missing.includes(gap));
    return tried && first ? t(`paper.gap.${first}`) : undefined;
  };
  const set = (change: Partial<Paper>) => {
    setPaper((was) => ({ ...was, ...change }));
    record.clear();
  };
  const submit = async () => {
    if (missing.length > 0) {
      setTried(true);
      return;
    }
    if (bringing) return;
    let brought = '';
    if (scan) {
      setBringing(true);
      setNotBrought(null);
      try {
        brought = await bringFile(door, scan);
      } catch (thrown) {
        setNotBrought(asDoorError(thrown));
        return;
      } finally {
        setBringing(false);
      }
    }
    const key = keyOf([toRecord(card.id, paper), scan?.name, scan?.size, scan?.lastModified]);
    if (!(await record.run({ ...toRecord(card.id, paper, brought), key }))) return;
    await refresh();
    toast({ tone: 'ok', title: t('paper.recorded', { patient: card.name }) });
    if (onRecorded) onRecorded(paper);
    else onClose();
  };
  const chosen = forms.find((f) => f.version === paper.form);

  return (
    <DialogForm
      action={t('paper.save')}
      busy={record.running || bringing}
      error={notBrought ?? record.error}
      onSubmit={() => submit()}
      onCancel={onClose}
    >
      <p className={classes['lead']}>{t('paper.lead', { patient: card.name })}</p>
      <SelectField
        label={t('paper.form')}
        hint={t('paper.formHint')}
        value={paper.form}
        error={problem('form')}
        onChange={(form) => set({ form })}
        options={forms.map((f) => ({
          value: f.version,
          label: t('paper.formOption', { version: f.version, language: languageNames[f.language] }),
        }))}
      />
      {chosen?.draft ? <Notice compact tone="info" title={t('paper.draftForm')} /> : null}
      <CheckGroup
        label={t('paper.categories')}
        hint={t('paper.categoriesHint')}
        value={paper.categories}
        error={problem('categories')}
        onChange={(ticked) => set({ categories: ticked })}
        checks={categories.map((value) => ({
          value,
          label: terms.category(value),
          hint: terms.categoryHint(value),
        }))}
      />
      <CheckGroup
        inline
        label={t('paper.excluded')}
        hint={t('paper.excludedHint')}
        value={paper.excluded}
        onChange={(excluded) => set({ excluded })}
        checks={categories.map((value) => ({ value, label: terms.category(value) }))}
      />
      <TimesFields paper={paper} onChange={set} error={problem('hours')} />
      <FrequencyFields
        day={t('paper.perDay')}
        week={t('paper.perWeek')}
        hint={t('paper.perWeekHint')}
        none={t('paper.noLimit')}
        value={paper}
        onChange={set}
      />
      <ChannelField
        label={t('paper.rather')}
        hint={t('paper.ratherHint')}
        value={paper.channel}
        onChange={(channel) => set({ channel })}
      />
      <CheckField
        label={t('paper.sharedPhone')}
        hint={t('paper.sharedPhoneHint')}
        checked={paper.sharedPhone}
        onChange={(sharedPhone) => set({ sharedPhone })}
      />
      <div className={classes['pair']} ref={dates}>
        <DateField
          label={t('paper.signedOn')}
          hint={t('paper.signedOnHint')}
          value={paper.signedOn}
          error={problem('signedOn', 'future')}
          onChange={(signedOn) =>
            // The end follows the start until someone sets it.
            set(
              paper.expires === lastOfYear(paper.signedOn)
                ? { signedOn, expires: lastOfYear(signedOn) }
                : { signedOn },
            )
          }
        />
        <DateField
          label={t('paper.until')}
          hint={t('paper.untilHint')}
          value={paper.expires}
          error={problem('expires')}
          onChange={(expires) => set({ expires })}
        />
      </div>
      <BeginsField
        value={paper.begins}
        error={problem('begins')}
        onChange={(begins) => set({ begins })}
      />
      <ChoiceField
        inline
        label={t('paper.signedBy')}
        value={paper.signer}
        onChange={(signer) => set(signedBy(card, paper, signer))}
        choices={signers.map((value) => ({ value, label: terms.signer(value) }))}
      />
      <SignerFields card={card} paper={paper} problem={problem} onChange={set} />
      <FileField
        optional
        label={t('paper.scan.field')}
        hint={t('paper.scan.hint')}
        accept={scanTypes}
        value={scan}
        onChange={(file) => {
          setScan(file);
          setNotBrought(null);
          record.clear();
        }}
      />
      <CheckField
        label={t('paper.attest')}
        hint={t('paper.attestHint')}
        error={problem('attested')}
        checked={paper.attested}
        onChange={(attested) => set({ attested })}
      />
    </DialogForm>
  );
}
