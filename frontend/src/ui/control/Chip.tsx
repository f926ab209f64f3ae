import { IconX } from '@tabler/icons-react';
import { useWords } from '../../i18n/I18nProvider';
import classes from './Chip.module.css';

interface Props {
  /** What holds while the chip is there. */
  readonly label: string;
  readonly onRemove: () => void;
}

/** A condition that holds; a press takes it away. */
export function Chip({ label, onRemove }: Props) {
  const t = useWords();
  return (
    <button
      type="button"
      className={classes['chip']}
      aria-label={t('ui.remove', { what: label })}
      onClick={onRemove}
    >
      <span className={classes['words']}>{label}</span>
      <IconX size="0.875rem" aria-hidden="true" />
    </button>
  );
}
