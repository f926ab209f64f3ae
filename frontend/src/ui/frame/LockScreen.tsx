import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../../i18n/I18nProvider';
import { Mark } from '../control/Mark';
import classes from './LockScreen.module.css';

interface Props {
  readonly title: string;
  /** Under the title, a sentence. */
  readonly lead?: ReactNode;
  readonly children: ReactNode;
  /** Beside the card: the steps of a set-up. */
  readonly aside?: ReactNode;
  /** Under the card: language, appearance, help. */
  readonly foot?: ReactNode;
}

/** A card alone in the window: signing in, the lock, a set-up. Nothing of a patient is here. */
export function LockScreen({ title, lead, children, aside, foot }: Props) {
  const t = useWords();
  return (
    <main className={classes['screen']}>
      <div className={classes['card']} data-aside={aside ? true : undefined}>
        {aside ? <div className={classes['aside']}>{aside}</div> : null}
        <div className={classes['content']}>
          <div className={classes['brand']}>
            <Mark size={1.75} />
            <span>{t('app.name')}</span>
          </div>
          <Title order={1}>{title}</Title>
          {lead ? <p className={classes['lead']}>{lead}</p> : null}
          <div className={classes['body']}>{children}</div>
        </div>
      </div>
      {foot ? <div className={classes['foot']}>{foot}</div> : null}
    </main>
  );
}
