import {
  IconFileCheck,
  IconInbox,
  IconKeyboard,
  IconLock,
  IconPhoneCall,
  IconPrinter,
  IconSettings,
  IconUsers,
  IconUsersGroup,
} from '@tabler/icons-react';
import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { useAppState } from '../door/context';
import type { AddedPatient, PatientCard, State } from '../door/shapes';
import { useInbox } from '../door/useInbox';
import { useDeviceSettings } from '../door/useLine';
import { BackupBanner } from '../features/backups/BackupBanner';
import { CallerDialog } from '../features/caller/CallerDialog';
import { AskDialog } from '../features/consent/AskDialog';
import { RecordPaperDialog } from '../features/consent/RecordPaperDialog';
import { SignDialog, type Signing } from '../features/consent/SignDialog';
import { HealthBanner } from '../features/health/HealthBanner';
import { DoubtBanner } from '../features/inbox/DoubtBanner';
import { HeldBanner } from '../features/inbox/HeldBanner';
import { IncidentBanner } from '../features/incidents/IncidentBanner';
import { LineBanner } from '../features/line/LineBanner';
import { ReadingBanner } from '../features/line/ReadingBanner';
import { StandstillBanner } from '../features/line/StandstillBanner';
import { DayBanner } from '../features/lock/DayBanner';
import { AddPatientDialog } from '../features/patients/AddPatientDialog';
import { EmergencyBanner } from '../features/people/EmergencyBanner';
import { KeysDialog } from '../features/settings/KeysDialog';
import { PhoneEndDialog } from '../features/signin/PhoneEndDialog';
import { useWords } from '../i18n/I18nProvider';
import { useProblemWords } from '../terms/reasons';
import { Avatar, Banner, Button, IconButton, Rail, useToast } from '../ui';
import { type Area, DeskContext, type DeskParts } from './desk';
import { useDeskKeys } from './useDeskKeys';
import { Veil } from './Veil';

interface Props {
  readonly state: State;
  readonly onCheckSheet: () => void;
  readonly onNewSheet: () => void;
  readonly onState: (state: State) => void;
  /** Hands the device to a patient who signs. */
  readonly onSign: (signing: Signing) => void;
  readonly children: ReactNode;
}

interface Adding {
  readonly phone: string | undefined;
  readonly done: (added: AddedPatient) => void;
}

/** Holds what the screens of the desk share, and the dialogs that any of them opens. */
export function DeskProvider({
  state,
  onCheckSheet,
  onNewSheet,
  onState,
  onSign,
  children,
}: Props) {
  const t = useWords();
  const toast = useToast();
  const problem = useProblemWords();
  const navigate = useNavigate();
  const app = useAppState();
  const { unread } = useInbox('all', '');
  const search = useRef<HTMLInputElement>(null);
  const composer = useRef<HTMLTextAreaElement>(null);
  const [adding, setAdding] = useState<Adding | null>(null);
  const [paperOf, setPaperOf] = useState<PatientCard | null>(null);
  const [asked, setAsked] = useState<{ card: PatientCard; open: boolean } | null>(null);
  const [signer, setSigner] = useState<PatientCard | null>(null);
  const [keys, setKeys] = useState(false);
  const [calling, setCalling] = useState(false);

  const lock = useCallback(() => void app.lock(), [app]);
  const addPatient = useCallback<DeskParts['addPatient']>(
    (phone, done) =>
      setAdding({ phone, done: done ?? ((added) => void navigate(`/inbox/${added.thread}`)) }),
    [navigate],
  );
  const showKeys = useCallback(() => setKeys(true), []);
  const showCaller = useCallback(() => setCalling(true), []);
  const plain = useDeviceSettings().data?.plainKeys ?? true;
  useDeskKeys({
    search,
    composer,
    onAdd: addPatient,
    onCaller: showCaller,
    onKeys: showKeys,
    plain,
  });

  const mayEdit = state.mayDo.includes('settings.edit');
  const rail = useCallback(
    (current: Area) => {
      const icon = { size: '1.5rem', stroke: 1.6 } as const;
      return (
        <Rail
          current={current}
          items={[
            {
              key: 'inbox',
              label: t('shell.inbox'),
              icon: <IconInbox {...icon} />,
              href: '#/inbox',
              count: { value: unread, label: t('shell.unread', { count: unread }) },
            },
            {
              key: 'patients',
              label: t('shell.patients'),
              icon: <IconUsers {...icon} />,
              href: '#/patients',
            },
            {
              key: 'consents',
              label: t('consents.title'),
              icon: <IconFileCheck {...icon} />,
              href: '#/consents',
            },
            {
              key: 'people',
              label: t('people.title'),
              icon: <IconUsersGroup {...icon} />,
              href: '#/people',
            },
            {
              key: 'records',
              label: t('records.title'),
              icon: <IconPrinter {...icon} />,
              href: '#/papers',
            },
            {
              key: 'settings',
              label: t('shell.settings'),
              icon: <IconSettings {...icon} />,
              href: '#/settings',
            },
          ]}
          foot={
            <>
              {state.me ? (
                <span title={t('shell.signedInAs', { name: state.me.name })}>
                  <Avatar name={state.me.name} size="sm" />
                  <span className="ql-spoken">
                    {t('shell.signedInAs', { name: state.me.name })}
                  </span>
                </span>
              ) : null}
              <IconButton
                label={t('caller.title')}
                icon={<IconPhoneCall size="1.375rem" stroke={1.6} />}
                onClick={showCaller}
              />
              <IconButton
                label={t('shell.help')}
                icon={<IconKeyboard size="1.375rem" stroke={1.6} />}
                onClick={showKeys}
              />
              <IconButton
                label={t('shell.lock')}
                icon={<IconLock size="1.375rem" stroke={1.6} />}
                onClick={lock}
              />
            </>
          }
        />
      );
    },
    [t, unread, state.me, showCaller, showKeys, lock],
  );

  const parts = useMemo<DeskParts>(
    () => ({
      rail,
      banner: (
        <>
          {state.sheetPending && mayEdit ? (
            <Banner
              tone="warn"
              action={<Button onClick={onCheckSheet}>{t('shell.sheetAction')}</Button>}
            >
              {t('shell.sheet')}
            </Banner>
          ) : null}
          {state.stayed ? (
            <Banner tone="warn">{`${t('move.stayed')} ${problem(state.stayed).what}`}</Banner>
          ) : null}
          {state.sheetCheck === 'due' || state.sheetCheck === 'overdue' ? (
            <Banner
              tone={state.sheetCheck === 'due' ? 'info' : 'warn'}
              action={
                <Button onClick={() => void navigate('/settings')}>
                  {t('sheet.bannerAction')}
                </Button>
              }
            >
              {t(`sheet.${state.sheetCheck}Banner`)}
            </Banner>
          ) : null}
          {state.sample ? <Banner tone="info">{t('shell.sample')}</Banner> : null}
          <IncidentBanner onOpen={() => void navigate('/papers')} />
          <EmergencyBanner onOpen={() => void navigate('/people')} />
          <StandstillBanner onThread={(thread) => void navigate(`/inbox/${thread}`)} />
          <HealthBanner onOpen={() => void navigate('/settings')} />
          <BackupBanner onOpen={() => void navigate('/settings')} />
          <DayBanner />
          <ReadingBanner
            onThread={(thread) => void navigate(`/inbox/${thread}`)}
            onOpen={() => void navigate('/settings')}
          />
          <DoubtBanner onThread={(thread) => void navigate(`/inbox/${thread}`)} />
          <HeldBanner />
          <LineBanner onConnect={mayEdit ? () => void navigate('/settings') : undefined} />
        </>
      ),
      addPatient,
      recordPaper: setPaperOf,
      askConsent: (card) => setAsked({ card, open: true }),
      signHere: setSigner,
      showKeys,
      newSheet: onNewSheet,
      search,
      composer,
    }),
    [
      rail,
      state.sheetPending,
      state.sheetCheck,
      state.stayed,
      problem,
      state.sample,
      mayEdit,
      onCheckSheet,
      t,
      navigate,
      addPatient,
      showKeys,
      onNewSheet,
    ],
  );

  return (
    <DeskContext value={parts}>
      {children}
      <AddPatientDialog
        open={adding !== null}
        phone={adding?.phone}
        onClose={() => setAdding(null)}
        onAdded={(added) => {
          setAdding(null);
          toast({ tone: 'ok', title: t('patients.addedToast') });
          adding?.done(added);
        }}
      />
      <RecordPaperDialog card={paperOf} onClose={() => setPaperOf(null)} />
      {asked ? <AskDialog {...asked} onClose={() => setAsked({ ...asked, open: false })} /> : null}
      <SignDialog card={signer} onClose={() => setSigner(null)} onHandOver={onSign} />
      <CallerDialog
        open={calling}
        onClose={() => setCalling(false)}
        onThread={(thread) => void navigate(`/inbox/${thread}`)}
      />
      <PhoneEndDialog ended={state.phoneEnd} onState={onState} />
      <Veil />
      <KeysDialog open={keys} onClose={() => setKeys(false)} />
    </DeskContext>
  );
}
