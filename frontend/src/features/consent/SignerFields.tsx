import type { Hold, PatientCard } from '../../door/shapes';
import { useWords } from '../../i18n/I18nProvider';
import { CheckGroup, SelectField, TextField } from '../../ui';
import { byOther, type Gap, needsAuthority, needsDocument, type Paper } from './paper';

interface Props {
  readonly card: PatientCard;
  readonly paper: Paper;
  readonly problem: (...of: readonly Gap[]) => string | undefined;
  readonly onChange: (change: Partial<Paper>) => void;
}

/** What may be unsettled about who decides; each keeps the consent on hold from the first. */
const unsettled = ['dispute', 'court', 'self'] as const;

/** Who signs for the patient and by what right, whose phone it is about, and who saw it. */
export function SignerFields({ card, paper, problem, onChange }: Props) {
  const t = useWords();
  const { signer } = paper;
  const authority = needsAuthority(signer, card.minor);
  const document = needsDocument(signer, card.minor);
  const holds = unsettled.filter((why) => why !== 'self' || (card.minor && signer !== 'minor'));
  return (
    <>
      {byOther(signer) ? (
        <TextField
          label={t('paper.signerName')}
          value={paper.signerName}
          maxLength={120}
          error={problem('signerName')}
          onChange={(signerName) => onChange({ signerName })}
        />
      ) : null}
      {authority || signer === 'guardian' ? (
        <>
          <TextField
            label={t('paper.authority')}
            hint={t(signer === 'minor' ? 'paper.authorityMinor' : 'paper.authorityHint')}
            optional={!authority}
            value={paper.authority}
            maxLength={120}
            error={problem('authority')}
            onChange={(authority) => onChange({ authority })}
          />
          <TextField
            label={t('paper.document')}
            hint={t('paper.documentHint')}
            optional={!document}
            value={paper.document}
            maxLength={120}
            error={problem('document')}
            onChange={(document) => onChange({ document })}
          />
        </>
      ) : null}
      {card.minor ? (
        <TextField
          optional
          label={t(signer === 'minor' ? 'paper.besideMinor' : 'paper.beside')}
          hint={t(signer === 'minor' ? 'paper.besideMinorHint' : 'paper.besideHint')}
          value={paper.beside}
          maxLength={120}
          onChange={(beside) => onChange({ beside })}
        />
      ) : null}
      {signer === 'patient' ? null : (
        <SelectField<Hold>
          label={t('paper.unsettled')}
          hint={t('paper.unsettledHint')}
          value={paper.hold}
          onChange={(hold) => onChange({ hold })}
          options={[
            { value: '', label: t('paper.settled') },
            ...holds.map((why) => ({ value: why, label: t(`paper.hold.reason.${why}`) })),
          ]}
        />
      )}
      {card.numbers.length > 1 ? (
        <CheckGroup
          label={t('paper.numbers')}
          hint={t('paper.numbersHint')}
          value={[...paper.numbers]}
          onChange={(numbers) => onChange({ numbers })}
          checks={card.numbers.map((n) => ({
            value: n.id,
            label: n.guardians ? t('paper.guardiansNumber', { phone: n.phone }) : n.phone,
          }))}
        />
      ) : null}
      <TextField
        optional
        label={t('paper.witness')}
        value={paper.witness}
        maxLength={120}
        onChange={(witness) => onChange({ witness })}
      />
    </>
  );
}
