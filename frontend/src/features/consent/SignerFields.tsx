import type { PatientCard } from '../../door/shapes';
import { useWords } from '../../i18n/I18nProvider';
import { CheckGroup, TextField } from '../../ui';
import { byOther, type Gap, needsAuthority, type Paper } from './paper';

interface Props {
  readonly card: PatientCard;
  readonly paper: Paper;
  readonly problem: (...of: readonly Gap[]) => string | undefined;
  readonly onChange: (change: Partial<Paper>) => void;
}

/** Who signs for the patient and by what right, whose phone it is about, and who saw it. */
export function SignerFields({ card, paper, problem, onChange }: Props) {
  const t = useWords();
  return (
    <>
      {byOther(paper.signer) ? (
        <TextField
          label={t('paper.signerName')}
          value={paper.signerName}
          maxLength={120}
          error={problem('signerName')}
          onChange={(signerName) => onChange({ signerName })}
        />
      ) : null}
      {needsAuthority(paper.signer) || paper.signer === 'guardian' ? (
        <>
          <TextField
            label={t('paper.authority')}
            hint={t(paper.signer === 'minor' ? 'paper.authorityMinor' : 'paper.authorityHint')}
            optional={!needsAuthority(paper.signer)}
            value={paper.authority}
            maxLength={120}
            error={problem('authority')}
            onChange={(authority) => onChange({ authority })}
          />
          <TextField
            optional
            label={t('paper.document')}
            hint={t('paper.documentHint')}
            value={paper.document}
            maxLength={120}
            onChange={(document) => onChange({ document })}
          />
        </>
      ) : null}
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
