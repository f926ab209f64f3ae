import type { ReactNode } from 'react';
import { useWords } from '../../i18n/I18nProvider';
import { Button } from '../control/Button';
import { Dialog } from './Dialog';
import classes from './Dialog.module.css';

interface Props {
  readonly open: boolean;
  /** The question. */
  readonly title: string;
  /** What will happen, and whether it can be taken back. */
  readonly children: ReactNode;
  /** The deed, as a verb: "Pause texting", never "OK". */
  readonly confirm: string;
  /** The deed is under way until what this returns has settled. */
  readonly onConfirm: () => unknown;
  readonly onCancel: () => void;
  /** It cannot be taken back. */
  readonly danger?: boolean;
  readonly busy?: boolean;
}

/** Asks before something that matters. The focus starts on Cancel. */
export function ConfirmDialog({
  open,
  title,
  children,
  confirm,
  onConfirm,
  onCancel,
  danger = false,
  busy = false,
}: Props) {
  const t = useWords();
  return (
    <Dialog open={open} onClose={onCancel} title={title} width="sm">
      <div className={classes['consequence']}>{children}</div>
      <div className={classes['actions']}>
        <Button onClick={onCancel} focusFirst>
          {t('ui.cancel')}
        </Button>
        <Button kind={danger ? 'danger' : 'main'} onClick={onConfirm} busy={busy}>
          {confirm}
        </Button>
      </div>
    </Dialog>
  );
}
