import type { ReactNode } from 'react';
import { useWords } from '../../i18n/I18nProvider';
import { Actions, Button, Dialog } from '../../ui';

interface Props {
  readonly open: boolean;
  readonly title: string;
  /** What the button that prints says. */
  readonly print: string;
  readonly onClose: () => void;
  /** What is shown, and the same as it is printed; made only while it is open. */
  readonly children: () => ReactNode;
}

/** A paper that is looked at before it is printed. */
export function PaperDialog({ open, title, print, onClose, children }: Props) {
  const t = useWords();
  return (
    <Dialog open={open} onClose={onClose} title={title} width="md">
      {open ? (
        <>
          {children()}
          <Actions>
            <Button kind="main" onClick={() => window.print()}>
              {print}
            </Button>
            <Button onClick={onClose}>{t('ui.close')}</Button>
          </Actions>
        </>
      ) : null}
    </Dialog>
  );
}
