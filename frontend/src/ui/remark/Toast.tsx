import { Portal } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useRef,
  useState,
} from 'react';
import { useWords } from '../../i18n/I18nProvider';
import { Button } from '../control/Button';
import { IconButton } from '../control/IconButton';
import type { Tone } from '../theme/tokens';
import classes from './Toast.module.css';
import { toneIcon } from './toneIcon';

/** A remark about what was just done. */
export interface Toast {
  readonly tone: Tone;
  readonly title: string;
  /** A way back, such as Undo. */
  readonly action?: { readonly label: string; readonly run: () => void };
}

type Show = (toast: Toast) => void;
type Shown = Toast & { readonly id: number };

const ToastContext = createContext<Show | null>(null);

/** How long a remark stays, in milliseconds; pointing at it or being in it stops the clock. */
export const stay = 6_000;

interface ProviderProps {
  readonly children: ReactNode;
  /** Nothing readable may be on the screen just now. */
  readonly hidden?: boolean;
}

/**
 * Shows remarks at the window's lower edge and reads them out. Those that warn
 * or offer something stay until they are closed: nobody is hurried. A remark is
 * about somebody's work and ends with the provider, which ends with the session.
 */
export function ToastProvider({ children, hidden = false }: ProviderProps) {
  const t = useWords();
  const [shown, setShown] = useState<readonly Shown[]>([]);
  const next = useRef(0);
  const show = useCallback<Show>((toast) => {
    next.current += 1;
    const id = next.current;
    setShown((all) => [...all.slice(-2), { ...toast, id }]);
  }, []);
  const close = useCallback((id: number) => setShown((all) => all.filter((s) => s.id !== id)), []);
  return (
    <ToastContext value={show}>
      {children}
      {hidden ? null : (
        <Portal>
          <section className={classes['stack']} aria-label={t('ui.notices')} aria-live="polite">
            {shown.map((toast) => (
              <ToastCard key={toast.id} toast={toast} onClose={() => close(toast.id)} />
            ))}
          </section>
        </Portal>
      )}
    </ToastContext>
  );
}

interface CardProps {
  readonly toast: Toast;
  readonly onClose: () => void;
}

/** One remark; exported for the gallery. */
export function ToastCard({ toast, onClose }: CardProps) {
  const t = useWords();
  const [held, setHeld] = useState(false);
  const fleeting = toast.action === undefined && (toast.tone === 'ok' || toast.tone === 'info');
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  }, [onClose]);
  useEffect(() => {
    if (!fleeting || held) return;
    const timer = setTimeout(() => close.current(), stay);
    return () => clearTimeout(timer);
  }, [fleeting, held]);
  return (
    // The pointer and the focus only stop the clock; nothing is done by them.
    // biome-ignore lint/a11y/noStaticElementInteractions: see above
    <div
      className={classes['toast']}
      data-tone={toast.tone}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className={classes['icon']}>{toneIcon(toast.tone, 1.25)}</span>
      <p className={classes['title']}>{toast.title}</p>
      {toast.action ? (
        <Button
          kind="quiet"
          onClick={() => {
            toast.action?.run();
            onClose();
          }}
        >
          {toast.action.label}
        </Button>
      ) : null}
      <IconButton small label={t('ui.close')} icon={<IconX size="1rem" />} onClick={onClose} />
    </div>
  );
}

/** Shows a remark: `const toast = useToast(); toast({ tone: 'ok', title: … })`. */
export function useToast(): Show {
  const show = useContext(ToastContext);
  if (!show) throw new Error('useToast needs a ToastProvider above it');
  return show;
}
