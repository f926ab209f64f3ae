import {
  IconCircleCheck,
  IconCloudOff,
  IconExclamationCircle,
  IconPlugConnectedX,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Line } from '../../door/shapes';
import { useLine } from '../../door/useLine';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { useNow } from '../../ui';
import classes from './LinePulse.module.css';

const icon = { size: '1rem', stroke: 2, 'aria-hidden': true } as const;
const pictures: Readonly<Record<Line, ReactNode>> = {
  none: <IconPlugConnectedX {...icon} />,
  good: <IconCircleCheck {...icon} />,
  offline: <IconCloudOff {...icon} />,
  trouble: <IconExclamationCircle {...icon} />,
};

interface Props {
  /** Opens the texts that wait. */
  readonly onWaiting: () => void;
}

/** The state of the line in one quiet row: when something was last heard, and what waits. */
export function LinePulse({ onWaiting }: Props) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const { data } = useLine();
  if (!data) return null;
  const heard = data.lastHeard
    ? t('line.heard', { time: formats.relative(data.lastHeard, now) })
    : t(`line.state.${data.line}`);
  return (
    <div className={classes['pulse']}>
      <span className={classes['line']} data-line={data.line}>
        {pictures[data.line]}
        {data.line === 'good' ? heard : t(`line.state.${data.line}`)}
      </span>
      {data.waiting + data.undecided > 0 ? (
        <button type="button" className={classes['waiting']} onClick={onWaiting}>
          {[
            ...(data.waiting > 0 ? [t('line.waiting', { count: data.waiting })] : []),
            ...(data.undecided > 0 ? [t('line.undecided', { count: data.undecided })] : []),
          ].join(' · ')}
        </button>
      ) : null}
    </div>
  );
}
