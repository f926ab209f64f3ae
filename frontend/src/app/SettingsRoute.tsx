import { lazy, Suspense } from 'react';
import { LineSection } from '../features/line/LineSection';
import { AppFrame, Skeleton } from '../ui';
import { useDesk } from './desk';
import { useFocusHeading } from './useFocusHeading';

const SettingsPane = lazy(() => import('../features/settings/SettingsPane'));

interface Props {
  readonly version: string;
}

/** The settings of the clinic and of this computer. */
export function SettingsRoute({ version }: Props) {
  const desk = useDesk();
  useFocusHeading('settings');
  return (
    <AppFrame
      rail={desk.rail('settings')}
      banner={desk.banner}
      show="main"
      main={
        <Suspense fallback={<Skeleton shape="details" />}>
          <SettingsPane line={<LineSection />} version={version} onKeys={desk.showKeys} />
        </Suspense>
      }
    />
  );
}
