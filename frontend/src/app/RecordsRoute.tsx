import { lazy, Suspense } from 'react';
import { IncidentsSection } from '../features/incidents/IncidentsSection';
import { AppFrame, Skeleton, useFocusStart } from '../ui';
import { useDesk } from './desk';
import { useIncidentDialogs } from './Incidents';

const RecordsPane = lazy(() => import('../features/records/RecordsPane'));

/** Papers about consent. */
export function RecordsRoute() {
  const desk = useDesk();
  const incidents = useIncidentDialogs();
  useFocusStart('records', 'heading');
  return (
    <AppFrame
      rail={desk.rail('records')}
      banner={desk.banner}
      show="main"
      main={
        <Suspense fallback={<Skeleton shape="details" />}>
          <RecordsPane incidents={<IncidentsSection onOpen={incidents.open} />} />
          {incidents.dialogs}
        </Suspense>
      }
    />
  );
}
