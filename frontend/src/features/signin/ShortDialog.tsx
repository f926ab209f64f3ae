import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { meKeys } from '../../door/keys';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { Dialog, DialogForm, PassphraseField, useToast } from '../../ui';

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
  const [phrase, setPhrase] = useState('');
  const save = useAction('me.setShort');
  const submit = async () => {
    const now = await save.run({ phrase });
    if (!now) return;
    setPhrase('');
    queries.setQueryData(meKeys.waysIn, now);
    toast({ tone: 'ok', title: t('waysIn.short.saved') });
    onClose();
  };
  return (
    <DialogForm
      action={t('waysIn.short.save')}
      onSubmit={() => void submit()}
      onCancel={onClose}
      error={save.error}
      busy={save.running}
      blocked={phrase === '' ? t('waysIn.short.first') : undefined}
    >
      <p>{t('waysIn.short.lead')}</p>
      <PassphraseField
        label={t('waysIn.short.field')}
        hint={t('waysIn.short.hint')}
        value={phrase}
        onChange={(value) => {
          setPhrase(value);
          save.clear();
        }}
      />
    </DialogForm>
  );
}
