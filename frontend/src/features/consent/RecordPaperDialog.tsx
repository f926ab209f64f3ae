import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import type { PatientCard } from '../../door/shapes';
import { useForms } from '../../door/usePatients';
import { useWords } from '../../i18n/I18nProvider';
import { Dialog, ErrorState, Skeleton } from '../../ui';
import { PaperForm } from './PaperForm';

interface Props {
  /** Whose paper it is; closed while null. */
  readonly card: PatientCard | null;
  readonly onClose: () => void;
}

/** Records a consent that was signed on paper. */
export function RecordPaperDialog({ card, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog open={card !== null} onClose={onClose} title={t('paper.record')} width="lg">
      {card ? <WithForms card={card} onClose={onClose} /> : null}
    </Dialog>
  );
}

function WithForms({
  card,
  onClose,
}: {
  readonly card: PatientCard;
  readonly onClose: () => void;
}) {
  const forms = useForms();
  if (failed(forms)) {
    return <ErrorState error={asDoorError(forms.error)} onRetry={() => void forms.refetch()} />;
  }
  if (!forms.data) return <Skeleton shape="details" />;
  return <PaperForm card={card} forms={forms.data.items} onClose={onClose} />;
}
