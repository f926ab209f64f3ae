import { lazy, Suspense } from 'react';
import { useNavigate } from 'react-router';
import { AppFrame, Skeleton, useFocusStart } from '../ui';
import { useDesk } from './desk';

const ConsentsPane = lazy(() => import('../features/consent/ConsentsPane'));

/** What is to be done about consents, the forms, and the clinic's rules. */
export function ConsentsRoute() {
  const desk = useDesk();
  const navigate = useNavigate();
  useFocusStart('consents', 'heading');
  return (
    <AppFrame
      rail={desk.rail('consents')}
      banner={desk.banner}
      show="main"
      main={
        <Suspense fallback={<Skeleton shape="details" />}>
          <ConsentsPane onPatient={(patient) => void navigate(`/patients/${patient}`)} />
        </Suspense>
      }
    />
  );
}
