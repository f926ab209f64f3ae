import { useState } from 'react';
import type { ConnectProvider } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { ChoiceField, StepForm, TextField } from '../../ui';
import { LiveGuide } from './LiveGuide';

interface Props {
  readonly onConnected: () => void;
  /** Puts it off; missing where the form stands alone. */
  readonly onLater?: (() => void) | undefined;
}

type Kind = Exclude<ConnectProvider['kind'], 'none'>;

/** Connects the clinic's number: to the practice server, or by a guide to a real account. */
export function ConnectForm({ onConnected, onLater }: Props) {
  const t = useWords();
  const [kind, setKind] = useState<Kind>('simulator');
  const [address, setAddress] = useState('');
  const [account, setAccount] = useState('');
  const [key, setKey] = useState('');
  const [secret, setSecret] = useState('');
  const [phone, setPhone] = useState('');
  const connect = useAction('line.connect');

  const practice = kind === 'simulator';
  // The simulator that comes with the program knows its own account.
  const withAccount = practice && address.trim() !== '';
  const [guiding, setGuiding] = useState(false);
  const complete =
    phone.trim() !== '' &&
    (!withAccount || (account.trim() !== '' && key.trim() !== '' && secret !== ''));
  const submit = async () => {
    if (!practice) {
      setGuiding(true);
      return;
    }
    if (!complete) return;
    const line = await connect.run({
      kind,
      address: address.trim(),
      account: withAccount ? account.trim() : '',
      key: withAccount ? key.trim() : '',
      secret: withAccount ? secret : '',
      phone: phone.trim(),
    });
    if (line) onConnected();
  };

  return (
    <StepForm
      action={t(practice ? 'line.connect' : 'live.open')}
      back={t('line.form.later')}
      busy={connect.running}
      blocked={complete || !practice ? undefined : t('line.form.finish')}
      error={connect.error}
      onSubmit={() => submit()}
      onBack={onLater}
    >
      <ChoiceField
        label={t('line.form.kind')}
        value={kind}
        onChange={(next) => {
          setKind(next);
          connect.clear();
        }}
        choices={[
          {
            value: 'simulator',
            label: t('line.form.simulator'),
            hint: t('line.form.simulatorHint'),
          },
          { value: 'twilio', label: t('line.form.real'), hint: t('line.form.realHint') },
        ]}
      />
      {practice ? (
        <TextField
          label={t('line.form.address')}
          optional
          hint={t('line.form.addressHint')}
          value={address}
          onChange={setAddress}
        />
      ) : null}
      {withAccount ? (
        <>
          <TextField label={t('line.form.account')} value={account} onChange={setAccount} />
          <TextField label={t('line.form.key')} value={key} onChange={setKey} />
          <TextField label={t('line.form.secret')} value={secret} onChange={setSecret} />
        </>
      ) : null}
      {practice ? (
        <TextField
          label={t('line.form.phone')}
          hint={t('line.form.phoneHint')}
          keys="tel"
          value={phone}
          onChange={setPhone}
        />
      ) : null}
      <LiveGuide open={guiding} onClose={() => setGuiding(false)} onLive={onConnected} />
    </StepForm>
  );
}
