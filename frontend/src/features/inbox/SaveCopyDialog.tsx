import { saveFile } from '../../door/saveFile';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { ConfirmDialog, ErrorState, useToast } from '../../ui';

interface Props {
  /** What is to be saved. */
  readonly attachment: string;
  readonly onClose: () => void;
}

/** Says what a readable copy means, and has it saved where the person chooses. */
export function SaveCopyDialog({ attachment, onClose }: Props) {
  const t = useWords();
  const toast = useToast();
  const save = useAction('attachment.saveCopy');
  const submit = async () => {
    const answer = await save.run({ id: attachment });
    if (!answer) return;
    if (answer.address) saveFile(document, answer.address, answer.name);
    if (answer.address || answer.saved) toast({ tone: 'ok', title: t('attached.copySaved') });
    onClose();
  };
  return (
    <ConfirmDialog
      open
      title={t('attached.copyQuestion')}
      confirm={t('attached.copy')}
      busy={save.running}
      onConfirm={() => submit()}
      onCancel={onClose}
    >
      <p>{t('attached.copyWarn')}</p>
      {save.error ? <ErrorState error={save.error} /> : null}
    </ConfirmDialog>
  );
}
