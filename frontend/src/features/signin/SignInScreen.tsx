import { useEffect, useRef, useState } from 'react';
import type { Member, State } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { MemberField } from '../../terms/MemberField';
import { useTerms } from '../../terms/terms';
import {
  Button,
  ErrorState,
  Form,
  LockScreen,
  Notice,
  PassphraseField,
  TextField,
  useFocusStart,
  useNow,
} from '../../ui';
import { LookFoot } from './LookFoot';
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
  const formats = useFormats();
  const at = useNow();
  const [member, setMember] = useState(() => firstChoice(state.members, last));
  const [passphrase, setPassphrase] = useState('');
  const [code, setCode] = useState('');
  const [full, setFull] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const codeField = useRef<HTMLInputElement>(null);
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

  const problem = signIn.error?.code;
  const offered = state.members.some((m) => m.id === member && m.short);
  const short = offered && !full;
  // The passphrase was right: it is kept until the code has come.
  const [coded, setCoded] = useState(false);
  const again = () => {
    signIn.clear();
    setCoded(false);
    setCode('');
  };
  const submit = async () => {
    if (!member || !passphrase || (coded && !code.trim()) || pause > 0) return;
    const opened = await signIn.run({ member, passphrase, code: coded ? code : '', short });
    setCode('');
    if (opened) {
      setPassphrase('');
      onState(opened);
    }
  };
  useEffect(() => {
    if (problem === undefined) return;
    const asked = problem === 'vault.needs_code' || problem === 'vault.wrong_code';
    setCoded(asked);
    if (asked) return;
    if (problem === 'vault.short_over') setFull(true);
    setPassphrase('');
    field.current?.focus();
  }, [problem]);
  useEffect(() => {
    if (coded) codeField.current?.focus();
  }, [coded]);

  const wrong = problem === 'vault.wrong_passphrase';
  const wrongShort = problem === 'vault.wrong_short';
  const told = ['vault.too_soon', 'vault.needs_code', 'vault.wrong_code'];
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
        onSubmit={() => submit()}
        actions={
          <Button submit wide kind="main" size="md" busy={signIn.running} blocked={blocked}>
            {t('signin.unlock')}
          </Button>
        }
      >
        {state.arrived > 0 ? (
          <Notice compact live tone="info" title={t('signin.arrived', { count: state.arrived })} />
        ) : null}
        <MemberField
          label={t('signin.who')}
          members={state.members}
          value={member}
          onChange={(id) => {
            setMember(id);
            setPassphrase('');
            setFull(false);
            again();
          }}
          lineOf={(m) => terms.role(m.role)}
        />
        <PassphraseField
          label={short ? t('signin.short') : t('signin.passphrase')}
          value={passphrase}
          onChange={(value) => {
            setPassphrase(value);
            if (wrong || wrongShort || coded) again();
          }}
          inputRef={field}
          error={
            wrong
              ? t('signin.wrong')
              : wrongShort
                ? t('signin.shortWrong', { count: Number(signIn.error?.params['left'] ?? 0) })
                : undefined
          }
        />
        {coded ? (
          <TextField
            label={t('signin.code')}
            hint={t('signin.codeHint')}
            keys="text"
            maxLength={16}
            value={code}
            onChange={setCode}
            inputRef={codeField}
            error={problem === 'vault.wrong_code' ? t('signin.codeWrong') : undefined}
          />
        ) : null}
        {offered ? (
          <Button
            kind="quiet"
            onClick={() => {
              setFull(!full);
              setPassphrase('');
              again();
              field.current?.focus();
            }}
          >
            {short ? t('signin.useFull') : t('signin.useShort')}
          </Button>
        ) : null}
        {pause > 0 ? (
          <Notice tone="warn" title={t('signin.pause')} live>
            <p>{t('signin.waitSeconds', { count: pause })}</p>
          </Notice>
        ) : null}
        {signIn.error && !wrong && !wrongShort && !told.includes(signIn.error.code) ? (
          <ErrorState error={signIn.error} onRetry={() => void submit()} />
        ) : null}
        {state.moved ? (
          <Notice
            tone="warn"
            title={t('signin.moved', { date: formats.dateTime(state.moved, at) })}
          >
            <p>{t('signin.movedHint')}</p>
          </Notice>
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
                  setFull(true);
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
