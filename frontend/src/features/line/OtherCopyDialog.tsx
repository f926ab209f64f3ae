import { useQueryClient } from '@tanstack/react-query';
import { lineKeys } from '../../door/keys';
import type { OtherCopy } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { ConfirmDialog, ErrorState } from '../../ui';

interface Props {
  readonly open: boolean;
  readonly other: OtherCopy;
  readonly onClose: () => void;
}

/** Asks which of two computers is the one that is used, before this one texts again. */
export function OtherCopyDialog({ open, other, onClose }: Props) {
  const t = useWords();
  const queries = useQueryClient();
  const use = useAction('line.useThisCopy');
  const decide = async () => {
    const after = await use.run({ incarnation: other.incarnation, seq: other.seq });
    if (!after) return;
    queries.setQueryData(lineKeys.standstill, after);
    onClose();
    await queries.invalidateQueries();
  };
  return (
    <ConfirmDialog
      open={open}
      title={t('line.other.title')}
      confirm={t('line.other.confirm')}
      busy={use.running}
      onCancel={onClose}
      onConfirm={() => decide()}
    >
      <p>{t('line.other.why')}</p>
      <p>{t('line.other.theOther')}</p>
      <p>{t('line.other.thisOne')}</p>
      {use.error ? <ErrorState error={use.error} /> : null}
    </ConfirmDialog>
  );
}
