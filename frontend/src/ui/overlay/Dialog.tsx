import { Modal } from '@mantine/core';
import { type ReactNode, useCallback, useRef, useState } from 'react';
import { useWords } from '../../i18n/I18nProvider';
import { About } from '../control/About';
import { Button } from '../control/Button';
import { AroundForm, type Join, type Standing } from '../form/standing';
import { focusHeading } from '../useFocusStart';
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

/**
 * A question or a form above the screen. Esc closes it and the focus goes back to where it
 * was, or to the heading of the screen where that has gone meanwhile. A form in it that is
 * on its way keeps it open; one in which something was written asks first.
 */
export function Dialog({ open, onClose, title, children, width = 'md' }: Props) {
  const t = useWords();
  const forms = useRef(new Set<() => Standing>());
  const [asking, setAsking] = useState(false);
  if (asking && !open) setAsking(false);
  const join: Join = useCallback((form) => {
    forms.current.add(form);
    return () => {
      forms.current.delete(form);
    };
  }, []);
  const leave = () => {
    const stand = [...forms.current].map((form) => form());
    if (stand.includes('sending')) return;
    // In a browser the Esc that asks would reach the question, too, and close it at once.
    if (stand.includes('written')) setTimeout(() => setAsking(true));
    else onClose?.();
  };
  const stay = () => setAsking(false);
  return (
    <>
      <Frame
        open={open}
        onClose={onClose && leave}
        title={title}
        width={width}
        closesOnEscape={!asking}
      >
        <AroundForm value={join}>{children}</AroundForm>
      </Frame>
      <Frame open={asking} onClose={stay} title={t('ui.leave.title')} width="sm">
        <div className={classes['consequence']}>
          <p>{t('ui.leave.lost')}</p>
        </div>
        <div className={classes['actions']}>
          <Button onClick={stay} focusFirst>
            {t('ui.leave.stay')}
          </Button>
          <Button
            kind="danger"
            onClick={() => {
              setAsking(false);
              onClose?.();
            }}
          >
            {t('ui.leave.leave')}
          </Button>
        </div>
      </Frame>
    </>
  );
}

/** Until then the frame has given the focus back, in milliseconds after it is gone. */
const givenBack = 50;

/** Finds a place for a focus that had none to go back to. */
function found(): void {
  const lost = !document.activeElement || document.activeElement === document.body;
  if (lost && !document.querySelector('[role="dialog"]')) focusHeading();
}

/** `closesOnEscape`: false while another one stands above it. */
function Frame({
  open,
  onClose,
  title,
  children,
  width = 'md',
  closesOnEscape = true,
}: Props & { readonly closesOnEscape?: boolean }) {
  const t = useWords();
  return (
    <Modal
      opened={open}
      onClose={() => onClose?.()}
      onExitTransitionEnd={() => setTimeout(found, givenBack)}
      withCloseButton={onClose !== undefined}
      closeOnEscape={onClose !== undefined && closesOnEscape}
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
      {/* It may stand within a row; what it asks is not the row's. */}
      <About id={null}>{children}</About>
    </Modal>
  );
}
