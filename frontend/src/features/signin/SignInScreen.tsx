import { useEffect, useRef, useState } from 'react';
import type { Member, State } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { useTerms } from '../../terms/terms';
import {
  Button,
  ErrorState,
  Form,
  LockScreen,
  Notice,
  PassphraseField,
  useFocusStart,
} from '../../ui';
import { LookFoot } from './LookFoot';
import { MemberField } from './MemberField';
import { useCountdown } from './useCountdown';

interface Props {
  readonly state: State;
  /** Who was signed in last in this window, to be offered first. */
  readonly last: string | null;
  readonly onState: (state: State) => void;
  /** The way for a computer that cannot open the clinic any more. */
  readonly onRecover: () => void;
}

/** The lock: who you are and your passphrase. It shows nothing of the clinic. */
export function SignInScreen({ state, last, onState, onRecover }: Props) {
  const t = useWords();
  const terms = useTerms();
  const [member, setMember] = useState(() => firstChoice(state.members, last));
  const [passphrase, setPassphrase] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const signIn = useAction('session.signIn');
  const pause = useCountdown(signIn.error);

  // Whoever sits down here types at once, unless the name must be picked first;
  // picking with the arrow keys must not lose them.
  useFocusStart('signin');
  const picked = member !== '';
  const known = useRef(picked);
  useEffect(() => {
    if (known.current) field.current?.focus();
  }, []);

  const submit = async () => {
    if (!member || !passphrase || pause > 0) return;
    const opened = await signIn.run({ member, passphrase });
    setPassphrase('');
    if (opened) onState(opened);
    else field.current?.focus();
  };

  const wrong = signIn.error?.code === 'vault.wrong_passphrase';
  const blocked = !picked
    ? t('signin.pickFirst')
    : pause > 0
      ? t('signin.waitSeconds', { count: pause })
      : undefined;

  return (
    <LockScreen
      title={t('signin.title')}
      lead={state.sample ? undefined : t('signin.lead')}
      foot={<LookFoot onRecover={onRecover} />}
    >
      <Form
        onSubmit={() => void submit()}
        actions={
          <Button submit wide kind="main" size="md" busy={signIn.running} blocked={blocked}>
            {t('signin.unlock')}
          </Button>
        }
      >
        <MemberField
          label={t('signin.who')}
          members={state.members}
          value={member}
          onChange={(id) => {
            setMember(id);
            signIn.clear();
          }}
          lineOf={(m) => terms.role(m.role)}
        />
        <PassphraseField
          label={t('signin.passphrase')}
          value={passphrase}
          onChange={(value) => {
            setPassphrase(value);
            if (wrong) signIn.clear();
          }}
          inputRef={field}
          error={wrong ? t('signin.wrong') : undefined}
        />
        {pause > 0 ? (
          <Notice tone="warn" title={t('signin.pause')} live>
            <p>{t('signin.waitSeconds', { count: pause })}</p>
          </Notice>
        ) : null}
        {signIn.error && !wrong && signIn.error.code !== 'vault.too_soon' ? (
          <ErrorState error={signIn.error} onRetry={() => void submit()} />
        ) : null}
        {state.sample && state.sampleHint ? (
          <Notice
            compact
            tone="info"
            title={t('signin.sample')}
            action={
              <Button
                onClick={() => {
                  setPassphrase(state.sampleHint);
                  setMember((m) => m || (state.members[0]?.id ?? ''));
                  signIn.clear();
                  field.current?.focus();
                }}
              >
                {t('signin.sampleFill')}
              </Button>
            }
          />
        ) : null}
      </Form>
    </LockScreen>
  );
}

function firstChoice(members: readonly Member[], last: string | null): string {
  if (members.some((m) => m.id === last)) return last ?? '';
  return members.length === 1 ? (members[0]?.id ?? '') : '';
}
