import { useAppState } from '../door/context';
import { DoorError, screenCodes } from '../door/error';
import { NoAnswerScreen } from './NoAnswerScreen';

/** A screen that could not be drawn: nothing half-drawn stays, and the way back is one press. */
export function ScreenFailure() {
  const app = useAppState();
  return (
    <NoAnswerScreen
      error={new DoorError(screenCodes.screen)}
      onRetry={() => {
        app.drop();
        // The address may be what failed.
        window.location.hash = '#/';
        window.location.reload();
      }}
    />
  );
}
