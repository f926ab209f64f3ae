import { Drawer as MantineDrawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../../i18n/I18nProvider';
import { About } from '../control/About';
import classes from './Dialog.module.css';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
}

/** A form or details that slide in at the right; the screen behind stays in sight. */
export function Drawer({ open, onClose, title, children }: Props) {
  const t = useWords();
  return (
    <MantineDrawer
      opened={open}
      onClose={onClose}
      title={title}
      position="right"
      size="28rem"
      closeButtonProps={{ 'aria-label': t('ui.close') }}
      classNames={{
        content: classes['content'] ?? '',
        header: classes['header'] ?? '',
        title: classes['title'] ?? '',
        body: classes['body'] ?? '',
      }}
      overlayProps={{ backgroundOpacity: 0.35 }}
    >
      <About id={null}>{children}</About>
    </MantineDrawer>
  );
}
