import type { PatientCard } from '../door/shapes';
import { ConsentSection } from '../features/consent/ConsentSection';
import { CareSection } from '../features/people/CareSection';
import { PaperSection } from '../features/records/PaperSection';
import { useDesk } from './desk';
import { Disclosures } from './Incidents';

/** What stands below a patient's numbers, beside a conversation and among the patients. */
export function PatientSections({ card }: { readonly card: PatientCard }) {
  const desk = useDesk();
  return (
    <>
      <CareSection card={card} />
      <ConsentSection
        card={card}
        onRecord={() => desk.recordPaper(card)}
        onSign={() => desk.signHere(card)}
      />
      <Disclosures card={card} />
      <PaperSection card={card} />
    </>
  );
}
