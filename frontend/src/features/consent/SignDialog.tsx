import { useState } from 'react';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import type { FormRow, PatientCard } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useForms } from '../../door/usePatients';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { languageNames } from '../../i18n/i18n';
import { signers, useTerms } from '../../terms/terms';
import {
  ChoiceField,
  Dialog,
  DialogForm,
  ErrorState,
  Notice,
  SelectField,
  Skeleton,
  useNow,
} from '../../ui';
import { BeginsField } from './BeginsField';
import { blankPaper, type Gap, gaps, type Paper, signedBy } from './paper';
import { SignerFields } from './SignerFields';

/** What the desk prepares before the patient takes the device. */
export interface Signing {
  readonly card: PatientCard;
  readonly form: FormRow;
  readonly paper: Paper;
}

interface Props {
  /** Who signs; closed while null. */
  readonly card: PatientCard | null;
  readonly onClose: () => void;
  readonly onHandOver: (signing: Signing) => void;
}

/** Which form is signed, by whom and by what right: the desk's part of signing on this device. */
export function SignDialog({ card, onClose, onHandOver }: Props) {
  const t = useWords();
  return (
    <Dialog open={card !== null} onClose={onClose} title={t('paper.signHere')}>
      {card ? <WithForms card={card} onClose={onClose} onHandOver={onHandOver} /> : null}
    </Dialog>
  );
}

interface CardProps extends Props {
  readonly card: PatientCard;
}

function WithForms({ card, onClose, onHandOver }: CardProps) {
  const forms = useForms();
  if (failed(forms)) {
    return <ErrorState error={asDoorError(forms.error)} onRetry={() => void forms.refetch()} />;
  }
  if (!forms.data) return <Skeleton shape="details" />;
  // What was signed before statements had names is for papers alone.
  // And a form that is a file has no words to show.
  const used = forms.data.items.filter(
    (f) => !f.retired && f.pages === 0 && !f.version.startsWith('2026-1-'),
  );
  return <Fields card={card} forms={used} onClose={onClose} onHandOver={onHandOver} />;
}

/** What is the desk's to settle; the patient fills in the rest. */
const ours: readonly Gap[] = ['form', 'signerName', 'authority', 'document', 'begins'];

function Fields({
  card,
  forms,
  onClose,
  onHandOver,
}: CardProps & { readonly forms: readonly FormRow[] }) {
  const t = useWords();
  const terms = useTerms();
  const [paper, setPaper] = useState<Paper>(() => blankPaper(card, forms));
  const [tried, setTried] = useState(false);
  const formats = useFormats();
  const now = useNow();
  const today = formats.dayOf(now);
  const missing = gaps({ ...paper, signedOn: today }, today, card.minor).filter((gap) =>
    ours.includes(gap),
  );
  const problem = (...of: readonly Gap[]): string | undefined => {
    const first = of.find((gap) => missing.includes(gap));
    return tried && first ? t(`paper.gap.${first}`) : undefined;
  };
  const set = (change: Partial<Paper>) => setPaper((was) => ({ ...was, ...change }));
  const chosen = forms.find((f) => f.version === paper.form);
  const hand = useAction('session.handOver');
  const submit = async () => {
    if (missing.length > 0 || !chosen) {
      setTried(true);
      return;
    }
    // From here on the program opens nothing but this form, whatever asks.
    if (await hand.run({ patient: card.id, form: chosen.version })) {
      onHandOver({ card, form: chosen, paper });
    }
  };
  return (
    <DialogForm
      action={t('paper.handOver')}
      busy={hand.running}
      error={hand.error}
      onSubmit={() => submit()}
      onCancel={onClose}
    >
      <p>{t('paper.signLead')}</p>
      <SelectField
        label={t('paper.form')}
        value={paper.form}
        error={problem('form')}
        onChange={(form) => set({ form })}
        options={forms.map((f) => ({
          value: f.version,
          label: t('paper.formOption', { version: f.version, language: languageNames[f.language] }),
        }))}
      />
      {chosen?.draft ? <Notice compact tone="info" title={t('paper.draftForm')} /> : null}
      <ChoiceField
        inline
        label={t('paper.signer')}
        value={paper.signer}
        onChange={(signer) => set(signedBy(card, paper, signer))}
        choices={signers.map((value) => ({ value, label: terms.signer(value) }))}
      />
      <SignerFields card={card} paper={paper} problem={problem} onChange={set} />
      <BeginsField
        value={paper.begins}
        error={problem('begins')}
        onChange={(begins) => set({ begins })}
      />
    </DialogForm>
  );
}
