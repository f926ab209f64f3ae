import { Title } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useWords } from '../../i18n/I18nProvider';
import { IconButton } from '../control/IconButton';
import classes from './Pane.module.css';

interface Props {
  readonly title: ReactNode;
  /** A line under the title. */
  readonly subtitle?: ReactNode;
  /** Before the title: an avatar. */
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  /** Under the title: search, filters. */
  readonly tools?: ReactNode;
  /** At the foot: the composer. */
  readonly foot?: ReactNode;
  readonly level?: 1 | 2;
  /** Back to the list; shown where one pane fills the window. */
  readonly onBack?: (() => void) | undefined;
  /** What scrolls inside does so by itself (a virtual list, a conversation). */
  readonly fill?: boolean;
  readonly children: ReactNode;
}

/** A pane of the window: a heading, what it holds, and a foot. */
export function Pane({
  title,
  subtitle,
  lead,
  actions,
  tools,
  foot,
  level = 2,
  onBack,
  fill = false,
  children,
}: Props) {
  const t = useWords();
  return (
    <div className={classes['pane']}>
      <header className={classes['head']}>
        <div className={classes['row']}>
          {onBack ? (
            <span className={classes['back']}>
              <IconButton
                label={t('ui.backToList')}
                icon={<IconArrowLeft size="1.25rem" />}
                onClick={onBack}
              />
            </span>
          ) : null}
          {lead}
          <div className={classes['titles']}>
            <Title order={level} size="h3" className={classes['title'] ?? ''}>
              {title}
            </Title>
            {subtitle ? <div className={classes['subtitle']}>{subtitle}</div> : null}
          </div>
          {actions ? <div className={classes['actions']}>{actions}</div> : null}
        </div>
        {tools}
      </header>
      <div className={classes['body']} data-fill={fill || undefined}>
        {children}
      </div>
      {foot ? <footer className={classes['foot']}>{foot}</footer> : null}
    </div>
  );
}
