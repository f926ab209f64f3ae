import { useState } from 'react';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { PassphraseForm } from '../../terms/PassphraseForm';
import { Button, Card, PassphraseField, useToast } from '../../ui';

/** One's own passphrase. */
export function PassphraseSection() {
  const t = useWords();
  const [open, setOpen] = useState(false);
  return (
    <Card title={t('people.passphrase.own')}>
      {open ? (
        <Change onClose={() => setOpen(false)} />
      ) : (
        <div>
          <Button onClick={() => setOpen(true)}>{t('people.passphrase.change')}</Button>
        </div>
      )}
    </Card>
  );
}

function Change({ onClose }: { readonly onClose: () => void }) {
  const t = useWords();
  const toast = useToast();
  const change = useAction('session.changePassphrase');
  const [old, setOld] = useState('');
  return (
    <PassphraseForm
      asked="new"
      action={t('people.passphrase.save')}
      first={t('people.passphrase.first')}
      answered={old !== ''}
      call={change}
      onAnswer={async (passphrase) => (await change.run({ old, new: passphrase })) !== null}
      onDone={() => {
        toast({ tone: 'ok', title: t('people.passphrase.done') });
        onClose();
      }}
      onCancel={onClose}
    >
      <PassphraseField label={t('people.passphrase.old')} value={old} onChange={setOld} />
    </PassphraseForm>
  );
}
