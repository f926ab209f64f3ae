import { useMay } from '../../door/context';
import { useWords } from '../../i18n/I18nProvider';
import { Pane } from '../../ui';
import { CoverSection } from './CoverSection';
import { EmergencyList } from './EmergencyList';
import { EmergencySection } from './EmergencySection';
import { PassphraseSection } from './PassphraseSection';
import classes from './people.module.css';
import { StaffSection } from './StaffSection';
import { WaitingSection } from './WaitingSection';

interface Props {
  /** Opens the patient who was opened in an emergency. */
  readonly onPatient: (patient: string) => void;
}

/** Who works here, who covers for whom, and what each may do about it. */
export default function PeoplePane({ onPatient }: Props) {
  const t = useWords();
  const manages = useMay('staff.manage');
  const assigns = useMay('care.assign');
  const covers = useMay('care.cover');
  const reviews = useMay('emergency.review');
  const opens = useMay('emergency.open');
  return (
    <Pane title={t('people.title')} level={1}>
      <div className={classes['column']}>
        {reviews ? <EmergencyList /> : null}
        {opens ? <EmergencySection onPatient={onPatient} /> : null}
        {assigns ? <WaitingSection onPatient={onPatient} /> : null}
        {manages ? <StaffSection /> : null}
        {covers ? <CoverSection /> : null}
        <PassphraseSection />
      </div>
    </Pane>
  );
}
