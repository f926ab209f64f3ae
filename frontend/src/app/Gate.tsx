import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { useAppState, useStandpoint } from '../door/context';
import { HaltedScreen } from '../features/health/HaltedScreen';
import { ConnectForm } from '../features/line/ConnectForm';
import { MovedScreen, MovingScreen } from '../features/move/MovedScreen';
import { BrokenScreen } from '../features/signin/BrokenScreen';
import { PhoneAskedScreen } from '../features/signin/PhoneAskedScreen';
import { RecoveryScreen } from '../features/signin/RecoveryScreen';
import { SignInScreen } from '../features/signin/SignInScreen';
import { ToastProvider } from '../ui';
import { Confirming } from './Confirming';
import { Cover } from './Cover';
import { NoAnswerScreen } from './NoAnswerScreen';
import { SignedIn } from './SignedIn';

const loadDesk = () => import('./Desk');
const Desk = lazy(loadDesk);
const Arrive = lazy(() => import('../features/move/ArriveScreen'));
const Restore = lazy(() => import('../features/backups/RestoreScreen'));
const Setup = lazy(() => import('../features/setup/SetupScreen'));
const SheetPending = lazy(() => import('../features/setup/SheetPendingScreen'));

/** How long the words of a restore stay on a locked screen without a key, in milliseconds. */
const wordsStay = 3 * 60_000;

/**
 * Decides by the program's state what may be on the screen at all: a set-up, the
 * lock, or the desk. Whatever showed content is unmounted with the lock, what was
 * remarked about it too.
 */
export function Gate() {
  const now = useStandpoint();
  const app = useAppState();
  const navigate = useNavigate();
  const [settingUp, setSettingUp] = useState(false);
  const [arriving, setArriving] = useState(false);
  const [restoring, setRestoring] = useState(false);
  // The words that a clinic was restored with open it as well.
  const [sheetWords, setSheetWords] = useState('');
  const [restored, setRestored] = useState(false);
  const [recovering, setRecovering] = useState(false);
  const [sheetLater, setSheetLater] = useState(false);
  const [replacing, setReplacing] = useState(false);
  // Backup codes are on the screen: they are shown once, whatever else changes.
  const [coding, setCoding] = useState(false);
  const last = useRef<string | null>(null);

  const state = now.kind === 'known' ? now.state : null;
  const phase = state?.phase;

  // A set-up goes on past the moment at which the clinic is made and open: the
  // words of the recovery sheet are in it. Only a lock ends it early.
  if (phase === 'empty' && !settingUp) setSettingUp(true);
  if (settingUp && (state === null || phase === 'locked' || phase === 'broken')) {
    setSettingUp(false);
  }

  useEffect(() => {
    if (!sheetWords) return;
    // Whoever comes to the machine over lunch must not find them.
    let timer = 0;
    const forget = () => setSheetWords('');
    const again = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(forget, wordsStay);
    };
    again();
    window.addEventListener('keydown', again);
    window.addEventListener('blur', forget);
    return () => {
      window.clearTimeout(timer);
      window.removeEventListener('keydown', again);
      window.removeEventListener('blur', forget);
    };
  }, [sheetWords]);
  useEffect(() => {
    if (state?.me) last.current = state.me.id;
  }, [state]);
  useEffect(() => {
    if (phase !== 'locked') return;
    // The address names what was open; the next person starts at the inbox.
    void navigate('/', { replace: true });
    setSheetLater(false);
    setReplacing(false);
    setCoding(false);
    // While the passphrase is typed the desk can be fetched.
    void loadDesk();
  }, [phase, navigate]);

  if (now.kind === 'asking') return <Cover />;
  if (now.kind === 'failed') {
    return <NoAnswerScreen error={now.error} onRetry={() => void app.ask()} />;
  }

  const screen = () => {
    if (arriving && now.state.phase === 'empty') {
      return (
        <Arrive
          onBack={() => setArriving(false)}
          onState={(state) => {
            setArriving(false);
            setSettingUp(false);
            app.accept(state);
          }}
        />
      );
    }
    // A restore goes on past the moment at which the clinic is there, and locked.
    if (restoring && (now.state.phase === 'empty' || now.state.phase === 'locked')) {
      return (
        <Restore
          onBack={() => setRestoring(false)}
          onDone={(words) => {
            setSheetWords(words);
            setRestored(true);
            setRestoring(false);
            void app.ask();
          }}
        />
      );
    }
    if (settingUp) {
      return (
        <Setup
          onRestore={() => setRestoring(true)}
          onArrive={() => setArriving(true)}
          connect={(done) => <ConnectForm onConnected={done} onLater={done} />}
          onDone={() => {
            setSettingUp(false);
            void app.ask();
          }}
        />
      );
    }
    if (now.state.phase === 'broken') {
      return (
        <BrokenScreen
          problem={now.state.problem ?? { code: 'app.internal', params: {} }}
          onRetry={() => void app.ask()}
        />
      );
    }
    const moved = now.state.finding?.move;
    if (now.state.phase === 'halted' && moved) {
      if (now.state.finding?.found === 'moving') {
        return <MovingScreen news={moved} onLook={app.ask} />;
      }
      return (
        <MovedScreen
          state={now.state}
          news={moved}
          onState={app.accept}
          onStop={() => void app.lock()}
        />
      );
    }
    if (now.state.phase === 'halted' && now.state.finding) {
      return (
        <HaltedScreen
          state={now.state}
          finding={now.state.finding}
          restored={restored}
          onState={(opened) => {
            setRestored(false);
            app.accept(opened);
          }}
          onStop={() => void app.lock()}
        />
      );
    }
    if (now.state.phase === 'locked') {
      const stuck = now.state.needsRecovery || now.state.members.length === 0;
      if (stuck || recovering) {
        return (
          <RecoveryScreen
            // Forgotten words leave the field, too.
            key={sheetWords ? 'typed' : 'asked'}
            problem={sheetWords ? null : now.state.problem}
            typed={sheetWords}
            onBack={stuck ? null : () => setRecovering(false)}
            onState={(opened) => {
              setRecovering(false);
              setSheetWords('');
              app.accept(opened);
            }}
          />
        );
      }
      return (
        <SignInScreen
          state={now.state}
          last={last.current ?? now.state.last}
          onState={app.accept}
          onRecover={() => setRecovering(true)}
        />
      );
    }
    if (now.state.phoneAsked || coding) {
      return (
        <PhoneAskedScreen
          ended={now.state.phoneEnd}
          onCodes={() => setCoding(true)}
          onDone={() => {
            setCoding(false);
            void app.ask();
          }}
          onStop={() => void app.lock()}
        />
      );
    }
    const pending = now.state.sheetPending && !sheetLater;
    if ((pending || replacing) && now.state.mayDo.includes('settings.edit')) {
      const later = () => {
        setSheetLater(true);
        setReplacing(false);
      };
      return (
        <SheetPending
          clinicName={now.state.clinicName}
          replaces={!now.state.sheetPending}
          onConfirmed={(state) => {
            setReplacing(false);
            app.accept(state);
          }}
          onLater={later}
        />
      );
    }
    return (
      <Desk
        key={now.era}
        state={now.state}
        onCheckSheet={() => setSheetLater(false)}
        onNewSheet={() => setReplacing(true)}
        onState={app.accept}
      />
    );
  };

  return (
    <>
      <ToastProvider key={settingUp || restoring ? 'setup' : now.era} hidden={now.covered}>
        <Confirming>
          <Suspense fallback={<Cover />}>{screen()}</Suspense>
          {now.state.me ? <SignedIn handed={now.state.handed} /> : null}
        </Confirming>
      </ToastProvider>
      {now.covered ? <Cover over /> : null}
    </>
  );
}
