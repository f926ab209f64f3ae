import { useQueryClient } from '@tanstack/react-query';
import { meKeys } from '../../door/keys';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { PassphraseForm } from '../../terms/PassphraseForm';
import { Dialog, useToast } from '../../ui';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Sets the short passphrase for this computer. */
export function ShortDialog({ open, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog open={open} onClose={onClose} title={t('waysIn.short.title')} width="sm">
      {open ? <Question onClose={onClose} /> : null}
    </Dialog>
  );
}

function Question({ onClose }: Omit<Props, 'open'>) {
  const t = useWords();
  const toast = useToast();
  const queries = useQueryClient();
  const save = useAction('me.setShort');
  const set = async (phrase: string) => {
    const now = await save.run({ phrase });
    if (now) queries.setQueryData(meKeys.waysIn, now);
    return now !== null;
  };
  return (
    <PassphraseForm
      asked={{ label: t('waysIn.short.field'), hint: t('waysIn.short.hint') }}
      action={t('waysIn.short.save')}
      first={t('waysIn.short.first')}
      call={save}
      onAnswer={set}
      onDone={() => {
        toast({ tone: 'ok', title: t('waysIn.short.saved') });
        onClose();
      }}
      onCancel={onClose}
    >
      <p>{t('waysIn.short.lead')}</p>
    </PassphraseForm>
  );
}
