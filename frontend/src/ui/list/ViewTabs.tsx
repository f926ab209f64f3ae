import { SegmentedControl } from '@mantine/core';
import classes from './ViewTabs.module.css';

interface View<T extends string> {
  readonly value: T;
  readonly label: string;
  /** What waits there; nothing is shown for 0. */
  readonly count?: number;
}

interface Props<T extends string> {
  readonly label: string;
  readonly views: readonly View<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** Which part of a list is shown. The arrow keys move between the views. */
export function ViewTabs<T extends string>({ label, views, value, onChange }: Props<T>) {
  return (
    <SegmentedControl
      fullWidth
      aria-label={label}
      classNames={{ root: classes['root'] ?? '', label: classes['label'] ?? '' }}
      value={value}
      onChange={(next) => {
        const chosen = views.find((v) => v.value === next);
        if (chosen) onChange(chosen.value);
      }}
      data={views.map((v) => ({
        value: v.value,
        label: (
          <>
            {v.label}
            {v.count ? (
              <span className={classes['count']}>{v.count > 99 ? '99+' : v.count}</span>
            ) : null}
          </>
        ),
      }))}
    />
  );
}
