import { useState } from 'react';
import type { Member, State } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { MemberField } from '../../terms/MemberField';
import { PlaceField } from '../../terms/PlaceField';
import { useTerms } from '../../terms/terms';
import {
  LanguageSwitch,
  LockScreen,
  PassphraseField,
  SchemeSwitch,
  StepForm,
  TextField,
  useFocusStart,
  useNow,
} from '../../ui';

interface Props {
  readonly onState: (state: State) => void;
  readonly onBack: () => void;
}

/** Takes in a clinic that comes from another computer: its file and code, then who brings it. */
export default function ArriveScreen({ onState, onBack }: Props) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const [file, setFile] = useState('');
  const [code, setCode] = useState('');
  const [made, setMade] = useState('');
  const [members, setMembers] = useState<readonly Member[] | null>(null);
  const open = useAction('move.open');
  useFocusStart(members ? 'who' : 'file');
  const ready = file.trim() !== '' && code.trim() !== '';
  const read = async () => {
    if (!ready) return;
    const opened = await open.run({ file: file.trim(), code });
    if (!opened) return;
    setMade(opened.made);
    setMembers(opened.members);
  };
  const foot = (
    <>
      <LanguageSwitch />
      <SchemeSwitch />
    </>
  );
  if (members) {
    return (
      <LockScreen
        title={t('arrive.whoTitle')}
        lead={t('arrive.whoLead', { date: formats.dateTime(made, now) })}
        foot={foot}
      >
        <Who
          file={file.trim()}
          code={code}
          members={members}
          onState={onState}
          onBack={() => setMembers(null)}
        />
      </LockScreen>
    );
  }
  return (
    <LockScreen title={t('arrive.title')} lead={t('arrive.lead')} foot={foot}>
      <StepForm
        action={t('setup.next')}
        busy={open.running}
        blocked={ready ? undefined : t('arrive.first')}
        error={open.error}
        onSubmit={() => read()}
        onBack={onBack}
      >
        <PlaceField
          autoFocus
          kind="move"
          label={t('arrive.file')}
          hint={t('arrive.fileHint')}
          value={file}
          onChange={(value) => {
            setFile(value);
            open.clear();
          }}
        />
        <TextField
          label={t('arrive.code')}
          hint={t('arrive.codeHint')}
          value={code}
          onChange={(value) => {
            setCode(value);
            open.clear();
          }}
        />
      </StepForm>
    </LockScreen>
  );
}

interface WhoProps {
  readonly file: string;
  readonly code: string;
  readonly members: readonly Member[];
  readonly onState: (state: State) => void;
  readonly onBack: () => void;
}

function Who({ file, code, members, onState, onBack }: WhoProps) {
  const t = useWords();
  const terms = useTerms();
  const [member, setMember] = useState(members.length === 1 ? (members[0]?.id ?? '') : '');
  const [passphrase, setPassphrase] = useState('');
  const [phone, setPhone] = useState('');
  const arrive = useAction('move.arrive');
  const problem = arrive.error?.code;
  const asked = problem === 'vault.needs_code' || problem === 'vault.wrong_code' || phone !== '';
  const ready = member !== '' && passphrase !== '';
  const submit = async () => {
    if (!ready) return;
    const state = await arrive.run({ file, code, member, passphrase, phone });
    if (state) onState(state);
  };
  const told = ['vault.wrong_passphrase', 'vault.needs_code', 'vault.wrong_code'];
  return (
    <StepForm
      action={t('arrive.take')}
      busy={arrive.running}
      blocked={ready ? undefined : t('arrive.whoFirst')}
      error={arrive.error && !told.includes(arrive.error.code) ? arrive.error : null}
      onSubmit={() => submit()}
      onBack={onBack}
    >
      <MemberField
        label={t('arrive.who')}
        hint={t('arrive.whoHint')}
        members={members}
        value={member}
        onChange={(id) => {
          setMember(id);
          arrive.clear();
        }}
        lineOf={(m) => terms.role(m.role)}
      />
      <PassphraseField
        label={t('arrive.passphrase')}
        value={passphrase}
        onChange={(value) => {
          setPassphrase(value);
          arrive.clear();
        }}
        error={problem === 'vault.wrong_passphrase' ? t('arrive.wrong') : undefined}
      />
      {asked ? (
        <TextField
          autoFocus
          label={t('arrive.phone')}
          hint={t('arrive.phoneHint')}
          value={phone}
          maxLength={16}
          onChange={setPhone}
          error={problem === 'vault.wrong_code' ? t('arrive.phoneWrong') : undefined}
        />
      ) : null}
    </StepForm>
  );
}
