import type { ReactNode } from 'react';
import { useWords } from '../../i18n/I18nProvider';
import { Mark } from '../control/Mark';
import classes from './Rail.module.css';

/** A place in the program. */
export interface RailItem {
  readonly key: string;
  readonly label: string;
  readonly icon: ReactNode;
  /** Its address, such as `#/inbox`. */
  readonly href: string;
  /** What waits there, with the words that say so: 3, "3 unread". */
  readonly count?: { readonly value: number; readonly label: string } | undefined;
}

interface Props {
  readonly items: readonly RailItem[];
  readonly current: string;
  /** At the foot: who is signed in, lock. */
  readonly foot?: ReactNode;
}

/** The program's areas, each with a picture and a word. */
export function Rail({ items, current, foot }: Props) {
  const t = useWords();
  return (
    <nav className={classes['rail']} aria-label={t('ui.navigation')}>
      <span className={classes['mark']}>
        <Mark size={1.875} />
      </span>
      <ul className={classes['items']}>
        {items.map((item) => (
          <li key={item.key}>
            <a
              className={classes['item']}
              href={item.href}
              aria-current={item.key === current ? 'page' : undefined}
            >
              <span className={classes['icon']} aria-hidden="true">
                {item.icon}
                {item.count && item.count.value > 0 ? (
                  <span className={classes['count']}>
                    {item.count.value > 99 ? '99+' : item.count.value}
                  </span>
                ) : null}
              </span>
              <span className={classes['label']}>{item.label}</span>
              {item.count && item.count.value > 0 ? (
                <span className="ql-spoken">{item.count.label}</span>
              ) : null}
            </a>
          </li>
        ))}
      </ul>
      {foot ? <div className={classes['foot']}>{foot}</div> : null}
    </nav>
  );
}
