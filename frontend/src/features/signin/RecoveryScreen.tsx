import { useState } from 'react';
import { DoorError } from '../../door/error';
import type { Member, Problem, State } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { MemberField } from '../../terms/MemberField';
import { NewPassphraseFields, useNewPassphrase } from '../../terms/NewPassphraseFields';
import { useTerms } from '../../terms/terms';
import { Button, ErrorState, LockScreen, StepForm, TextField, useFocusStart } from '../../ui';
import { LookFoot } from './LookFoot';

interface Props {
  /** Why this computer cannot open the clinic, where it is known. */
  readonly problem: Problem | null;
  /** The words, where they were typed for a restore just now. */
  readonly typed?: string;
  readonly onState: (state: State) => void;
  /** Back to signing in, where that is possible. */
  readonly onBack: (() => void) | null;
}

/** The way back in with the printed recovery sheet: its words, who you are, a new passphrase. */
export function RecoveryScreen({ problem, typed = '', onState, onBack }: Props) {
  const t = useWords();
  const [words, setWords] = useState(typed);
  const [members, setMembers] = useState<readonly Member[] | null>(null);
  const open = useAction('recovery.open');
  useFocusStart(members ? 'person' : 'words');

  const readSheet = async () => {
    const opened = await open.run({ words: tidy(words) });
    if (opened) setMembers(opened.members);
  };

  if (members) {
    return <NewSignIn words={tidy(words)} members={members} onState={onState} />;
  }
  return (
    <LockScreen title={t('signin.recoverTitle')} lead={t('signin.recoverLead')} foot={<LookFoot />}>
      <StepForm
        action={t('signin.next')}
        busy={open.running}
        blocked={words.trim() ? undefined : t('signin.wordsFirst')}
        error={open.error}
        onSubmit={() => readSheet()}
        onBack={onBack ?? undefined}
      >
        {problem ? <Lost problem={problem} onState={onState} /> : null}
        <TextField
          long
          autoFocus
          label={t('signin.words')}
          hint={t('signin.wordsHint')}
          value={words}
          onChange={(value) => {
            setWords(value);
            open.clear();
          }}
        />
      </StepForm>
    </LockScreen>
  );
}

/** What the password store of the system answers when it may yet open. */
const mayComeBack = ['vault.keyring_locked', 'vault.keyring_slow', 'vault.keyring_unavailable'];

interface LostProps {
  readonly problem: Problem;
  readonly onState: (state: State) => void;
}

/** Why this computer cannot open the clinic; a password store that may yet open is asked again. */
function Lost({ problem, onState }: LostProps) {
  const t = useWords();
  const check = useAction('device.check');
  const error = check.error ?? new DoorError(problem.code, problem.params);
  const askAgain = async () => {
    const state = await check.run({});
    if (state) onState(state);
  };
  return (
    <ErrorState
      error={error}
      action={
        mayComeBack.includes(problem.code) ? (
          <Button busy={check.running} onClick={() => askAgain()}>
            {t('ui.retry')}
          </Button>
        ) : undefined
      }
    />
  );
}

interface NewSignInProps {
  readonly words: string;
  readonly members: readonly Member[];
  readonly onState: (state: State) => void;
}

function NewSignIn({ words, members, onState }: NewSignInProps) {
  const t = useWords();
  const terms = useTerms();
  const [member, setMember] = useState(members.length === 1 ? (members[0]?.id ?? '') : '');
  const bind = useAction('recovery.bind');
  const next = useNewPassphrase(bind.clear);
  const submit = async () => {
    if (!member || !next.fits) return;
    const opened = await bind.run({ words, member, passphrase: next.value });
    if (opened) onState(opened);
  };
  const blocked = !member
    ? t('signin.pickFirst')
    : next.fits
      ? undefined
      : t('terms.passphrase.finish');
  return (
    <LockScreen title={t('signin.newTitle')} lead={t('signin.newLead')} foot={<LookFoot />}>
      <StepForm
        action={t('signin.bind')}
        busy={bind.running}
        blocked={blocked}
        error={bind.error}
        onSubmit={() => submit()}
      >
        <MemberField
          label={t('signin.who')}
          members={members}
          value={member}
          onChange={setMember}
          lineOf={(m) => terms.role(m.role)}
        />
        <NewPassphraseFields {...next.fields} />
      </StepForm>
    </LockScreen>
  );
}

/** The words as the sheet has them: one space between, whatever was typed or pasted. */
function tidy(words: string): string {
  return words
    .toLowerCase()
    .replace(/[^\p{L}]+/gu, ' ')
    .trim();
}
