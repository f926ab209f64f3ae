import { AwayDialog } from '../features/lock/AwayDialog';
import { usePresence } from '../features/lock/usePresence';
import { useLockKey } from './useLockKey';

interface Props {
  /** A patient holds the device: it is hers to read, and not to stay. */
  readonly handed: boolean;
}

/**
 * What holds for whoever is signed in, on every screen: the words of a recovery sheet
 * and the code of a move lock and are cleared like the desk.
 */
export function SignedIn({ handed }: Props) {
  usePresence();
  useLockKey();
  return handed ? null : <AwayDialog />;
}
