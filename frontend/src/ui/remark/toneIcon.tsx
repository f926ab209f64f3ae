import {
  IconAlertTriangle,
  IconCircleCheck,
  IconHandStop,
  IconInfoCircle,
} from '@tabler/icons-react';
import type { ReactElement } from 'react';
import type { Tone } from '../theme/tokens';

/** The sign of a tone, so that no remark speaks by colour alone. */
export function toneIcon(tone: Tone, size: number): ReactElement {
  const props = { size: `${size}rem`, stroke: 1.75, 'aria-hidden': true } as const;
  switch (tone) {
    case 'info':
      return <IconInfoCircle {...props} />;
    case 'ok':
      return <IconCircleCheck {...props} />;
    case 'warn':
      return <IconAlertTriangle {...props} />;
    case 'stop':
      return <IconHandStop {...props} />;
  }
}
