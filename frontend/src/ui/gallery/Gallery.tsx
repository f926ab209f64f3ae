import { useParams } from 'react-router';
import { ZoneProvider } from '../../i18n/I18nProvider';
import { NowProvider } from '../now';
import { ToastProvider } from '../remark/Toast';
import { DeskSample } from './DeskSample';
import { LockSample } from './LockSample';
import { Parts } from './Parts';
import { SetupSample } from './SetupSample';
import { presentClock, presentZone } from './samples';

/**
 * Every part of the screens in every state, on a fixed morning, so that two
 * photographs of it differ only where a part has changed.
 */
export function Gallery() {
  const page = useParams()['*'] ?? '';
  return (
    <ZoneProvider zone={presentZone}>
      <NowProvider clock={presentClock} every={0}>
        <ToastProvider>
          {page === 'desk' ? (
            <DeskSample />
          ) : page === 'lock' ? (
            <LockSample />
          ) : page === 'setup' ? (
            <SetupSample />
          ) : (
            <Parts />
          )}
        </ToastProvider>
      </NowProvider>
    </ZoneProvider>
  );
}
