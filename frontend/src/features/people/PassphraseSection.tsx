import { useState } from 'react';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { NewPassphraseFields, passphraseFits } from '../../terms/NewPassphraseFields';
import { Button, ErrorState, Form, PassphraseField, useToast } from '../../ui';
import classes from './people.module.css';

/** One's own passphrase. */
export function PassphraseSection() {
  const t = useWords();
  const toast = useToast();
  const change = useAction('session.changePassphrase');
  const [open, setOpen] = useState(false);
  const [old, setOld] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const ready = old !== '' && passphraseFits(passphrase, again);
  const close = () => {
    setOpen(false);
    setOld('');
    setPassphrase('');
    setAgain('');
    change.clear();
  };
  const submit = async () => {
    if (!ready || !(await change.run({ old, new: passphrase }))) return;
    toast({ tone: 'ok', title: t('people.passphrase.done') });
    close();
  };
  return (
    <section className={classes['section']} aria-labelledby="people-own">
      <h2 className={classes['heading']} id="people-own">
        {t('people.passphrase.own')}
      </h2>
      {open ? (
        <Form
          onSubmit={() => void submit()}
          actions={
            <>
              <Button
                submit
                kind="main"
                busy={change.running}
                blocked={ready ? undefined : t('people.passphrase.first')}
              >
                {t('people.passphrase.save')}
              </Button>
              <Button onClick={close}>{t('ui.cancel')}</Button>
            </>
          }
        >
          <PassphraseField label={t('people.passphrase.old')} value={old} onChange={setOld} />
          <NewPassphraseFields
            passphrase={passphrase}
            again={again}
            onPassphrase={setPassphrase}
            onAgain={setAgain}
          />
          {change.error ? <ErrorState error={change.error} /> : null}
        </Form>
      ) : (
        <div>
          <Button onClick={() => setOpen(true)}>{t('people.passphrase.change')}</Button>
        </div>
      )}
    </section>
  );
}
