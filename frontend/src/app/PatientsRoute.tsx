import { IconId } from '@tabler/icons-react';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { PatientListPane } from '../features/patients/PatientListPane';
import { PatientPane } from '../features/patients/PatientPane';
import { useWords } from '../i18n/I18nProvider';
import { AppFrame, EmptyState, useFocusStart } from '../ui';
import { useDesk } from './desk';
import { PatientSections } from './PatientSections';

/** The patients and the card of the one that is open. */
export function PatientsRoute() {
  const t = useWords();
  const desk = useDesk();
  const navigate = useNavigate();
  const { patient = null } = useParams();
  const [search, setSearch] = useState('');
  useFocusStart('patients', 'heading');
  return (
    <AppFrame
      rail={desk.rail('patients')}
      banner={desk.banner}
      listLabel={t('patients.title')}
      show={patient ? 'main' : 'list'}
      list={
        <PatientListPane
          search={search}
          onSearch={setSearch}
          selected={patient}
          onOpen={(id) => void navigate(`/patients/${id}`)}
          onAdd={() =>
            desk.addPatient(undefined, (added) => void navigate(`/patients/${added.id}`))
          }
          searchRef={desk.search}
        />
      }
      main={
        patient ? (
          <PatientPane
            key={patient}
            patient={patient}
            onBack={() => void navigate('/patients')}
            onText={(thread) => void navigate(`/inbox/${thread}`)}
            consents={(card) => <PatientSections card={card} />}
          />
        ) : (
          <EmptyState
            icon={<IconId size="2.5rem" stroke={1.25} />}
            title={t('patients.pick.title')}
          >
            <p>{t('patients.pick.body')}</p>
          </EmptyState>
        )
      }
    />
  );
}
