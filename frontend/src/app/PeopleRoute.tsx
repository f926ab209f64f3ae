import { lazy, Suspense } from 'react';
import { useNavigate } from 'react-router';
import { AppFrame, Skeleton, useFocusStart } from '../ui';
import { useDesk } from './desk';

const PeoplePane = lazy(() => import('../features/people/PeoplePane'));

/** Who works here. */
export function PeopleRoute() {
  const desk = useDesk();
  const navigate = useNavigate();
  useFocusStart('people', 'heading');
  return (
    <AppFrame
      rail={desk.rail('people')}
      banner={desk.banner}
      show="main"
      main={
        <Suspense fallback={<Skeleton shape="details" />}>
          <PeoplePane onPatient={(patient) => void navigate(`/patients/${patient}`)} />
        </Suspense>
      }
    />
  );
}
