import { useState } from 'react';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { NewPassphraseFields, useNewPassphrase } from '../../terms/NewPassphraseFields';
import { Button, DialogForm, PassphraseField, useToast } from '../../ui';
import classes from './people.module.css';

/** One's own passphrase. */
export function PassphraseSection() {
  const t = useWords();
  const [open, setOpen] = useState(false);
  return (
    <section className={classes['section']} aria-labelledby="people-own">
      <h2 className={classes['heading']} id="people-own">
        {t('people.passphrase.own')}
      </h2>
      {open ? (
        <Change onClose={() => setOpen(false)} />
      ) : (
        <div>
          <Button onClick={() => setOpen(true)}>{t('people.passphrase.change')}</Button>
        </div>
      )}
    </section>
  );
}

function Change({ onClose }: { readonly onClose: () => void }) {
  const t = useWords();
  const toast = useToast();
  const change = useAction('session.changePassphrase');
  const [old, setOld] = useState('');
  const next = useNewPassphrase();
  const submit = async () => {
    if (!(await change.run({ old, new: next.value }))) return;
    toast({ tone: 'ok', title: t('people.passphrase.done') });
    onClose();
  };
  return (
    <DialogForm
      action={t('people.passphrase.save')}
      onSubmit={() => void submit()}
      onCancel={onClose}
      error={change.error}
      busy={change.running}
      blocked={old !== '' && next.fits ? undefined : t('people.passphrase.first')}
    >
      <PassphraseField label={t('people.passphrase.old')} value={old} onChange={setOld} />
      <NewPassphraseFields {...next.fields} />
    </DialogForm>
  );
}
