import { lazy, Suspense } from 'react';
import { AppFrame, Skeleton, useFocusStart } from '../ui';
import { useDesk } from './desk';

const RecordsPane = lazy(() => import('../features/records/RecordsPane'));

/** Papers about consent. */
export function RecordsRoute() {
  const desk = useDesk();
  useFocusStart('records', 'heading');
  return (
    <AppFrame
      rail={desk.rail('records')}
      banner={desk.banner}
      show="main"
      main={
        <Suspense fallback={<Skeleton shape="details" />}>
          <RecordsPane />
        </Suspense>
      }
    />
  );
}
