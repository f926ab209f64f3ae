import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { meKeys } from '../../door/keys';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { Button, Dialog, ErrorState, Form, PassphraseField, useToast } from '../../ui';

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
    if (phrase === '') return;
    const now = await save.run({ phrase });
    if (!now) return;
    setPhrase('');
    queries.setQueryData(meKeys.waysIn, now);
    toast({ tone: 'ok', title: t('waysIn.short.saved') });
    onClose();
  };
  return (
    <Form
      onSubmit={() => void submit()}
      actions={
        <>
          <Button
            submit
            kind="main"
            busy={save.running}
            blocked={phrase === '' ? t('waysIn.short.first') : undefined}
          >
            {t('waysIn.short.save')}
          </Button>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
        </>
      }
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
      {save.error ? <ErrorState error={save.error} /> : null}
    </Form>
  );
}
