import { lazy, Suspense } from 'react';
import { useAppState, useMay } from '../door/context';
import { BackupsSection } from '../features/backups/BackupsSection';
import { HealthSection } from '../features/health/HealthSection';
import { LineSection } from '../features/line/LineSection';
import { LockSection } from '../features/lock/LockSection';
import { MoveSection } from '../features/move/MoveSection';
import { SheetSection } from '../features/setup/SheetSection';
import { AskedSection } from '../features/signin/AskedSection';
import { WaysInSection } from '../features/signin/WaysInSection';
import { AppFrame, Skeleton, useFocusStart } from '../ui';
import { useDesk } from './desk';

const SettingsPane = lazy(() => import('../features/settings/SettingsPane'));

interface Props {
  readonly version: string;
}

/** The settings of the clinic and of this computer. */
export function SettingsRoute({ version }: Props) {
  const desk = useDesk();
  const app = useAppState();
  const mayMove = useMay('clinic.move');
  useFocusStart('settings', 'heading');
  return (
    <AppFrame
      rail={desk.rail('settings')}
      banner={desk.banner}
      show="main"
      main={
        <Suspense fallback={<Skeleton shape="details" />}>
          <SettingsPane
            line={<LineSection />}
            waysIn={<WaysInSection />}
            health={<HealthSection onState={app.accept} />}
            backups={<BackupsSection />}
            locking={<LockSection />}
            asked={<AskedSection />}
            sheet={<SheetSection onNew={desk.newSheet} />}
            move={mayMove ? <MoveSection onState={app.accept} /> : null}
            version={version}
            onKeys={desk.showKeys}
          />
        </Suspense>
      }
    />
  );
}
