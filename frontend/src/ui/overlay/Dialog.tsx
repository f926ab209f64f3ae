import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../../i18n/I18nProvider';
import classes from './Dialog.module.css';

interface Props {
  readonly open: boolean;
  /** Without it only what the dialog holds closes it: neither Esc nor a click beside it. */
  readonly onClose?: (() => void) | undefined;
  readonly title: string;
  readonly children: ReactNode;
  readonly width?: 'sm' | 'md' | 'lg';
}

const widths = { sm: '26rem', md: '36rem', lg: '52rem' } as const;

/** A question or a form above the screen. Esc closes it and the focus goes back to where it was. */
export function Dialog({ open, onClose, title, children, width = 'md' }: Props) {
  const t = useWords();
  return (
    <Modal
      opened={open}
      onClose={() => onClose?.()}
      withCloseButton={onClose !== undefined}
      closeOnEscape={onClose !== undefined}
      closeOnClickOutside={onClose !== undefined}
      title={title}
      size={widths[width]}
      centered
      radius="lg"
      closeButtonProps={{ 'aria-label': t('ui.close') }}
      classNames={{
        content: classes['content'] ?? '',
        header: classes['header'] ?? '',
        title: classes['title'] ?? '',
        body: classes['body'] ?? '',
      }}
      overlayProps={{ backgroundOpacity: 0.45 }}
    >
      {children}
    </Modal>
  );
}
