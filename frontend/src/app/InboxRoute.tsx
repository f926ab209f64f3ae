import { IconMessages, IconUserPlus } from '@tabler/icons-react';
import { type ReactNode, type KeyboardEvent as TypedKey, useEffect, useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { useMay } from '../door/context';
import type { InboxView, NumberCode, ThreadPage } from '../door/shapes';
import { useThread } from '../door/useInbox';
import { ConversationPane } from '../features/inbox/ConversationPane';
import { ThreadListPane } from '../features/inbox/ThreadListPane';
import { LinePulse } from '../features/line/LinePulse';
import { CodeDialog } from '../features/patients/CodeDialog';
import { PatientPanel } from '../features/patients/PatientPanel';
import { StrangerPanel } from '../features/patients/StrangerPanel';
import { VerifyButton } from '../features/patients/VerifyButton';
import { OnlyThisPatient, SearchBar } from '../features/search/SearchBar';
import { SearchResults } from '../features/search/SearchResults';
import { type Searching, useSearching } from '../features/search/useSearching';
import { useWords } from '../i18n/I18nProvider';
import {
  AppFrame,
  Button,
  EmptyState,
  IconButton,
  Skeleton,
  useFocusStart,
  useRoomForDetails,
} from '../ui';
import { useDesk } from './desk';
import { useIncidentDialogs } from './Incidents';
import { PatientSections } from './PatientSections';
import { list } from './useDeskKeys';

const views: readonly InboxView[] = ['all', 'unread', 'unknown', 'waiting'];

/** The inbox: conversations, the one that is open, and whose it is. */
export function InboxRoute() {
  const t = useWords();
  const desk = useDesk();
  const navigate = useNavigate();
  const { thread = null } = useParams();
  const [params, setParams] = useSearchParams();
  const searching = useSearching();
  const room = useRoomForDetails();
  const [details, setDetails] = useState<boolean | null>(null);
  const incidents = useIncidentDialogs();
  const [stranger, setStranger] = useState(false);
  const [code, setCode] = useState<ShownCode | null>(null);
  const mayAdd = useMay('patients.edit');
  useFocusStart('inbox', 'heading');

  const view = views.find((v) => v === params.get('view')) ?? 'all';
  const around = params.get('at');
  const query = view === 'all' ? '' : `?view=${view}`;
  const open = (id: string, text: string | null) => {
    const place = new URLSearchParams(view === 'all' ? {} : { view });
    if (text !== null) place.set('at', text);
    const after = place.size > 0 ? `?${place}` : '';
    void navigate(`/inbox/${id}${after}`);
  };
  return (
    <>
      {incidents.dialogs}
      {code && code.thread === thread ? (
        <Verifying code={code} around={around} onClose={() => setCode(null)} />
      ) : null}
      <AppFrame
        rail={desk.rail('inbox')}
        banner={desk.banner}
        listLabel={t('thread.list')}
        show={thread ? 'main' : 'list'}
        list={
          <>
            <ThreadListPane
              view={view}
              onView={(next) => setParams(next === 'all' ? {} : { view: next })}
              search={
                <SearchBar
                  searching={searching}
                  inputRef={desk.search}
                  onKeyDown={(event) => toResults(event, searching)}
                  here={
                    thread ? (
                      <OnlyHere thread={thread} around={around} searching={searching} />
                    ) : undefined
                  }
                />
              }
              found={
                searching.active ? (
                  <SearchResults searching={searching} selected={around ?? thread} onOpen={open} />
                ) : null
              }
              selected={thread}
              onOpen={(id) => open(id, null)}
              actions={
                mayAdd ? (
                  <IconButton
                    label={t('patients.add')}
                    icon={<IconUserPlus size="1.25rem" />}
                    onClick={() => desk.addPatient()}
                  />
                ) : undefined
              }
            />
            <LinePulse onWaiting={() => setParams({ view: 'waiting' })} />
          </>
        }
        main={
          thread ? (
            <ConversationPane
              key={thread}
              thread={thread}
              around={around}
              onNewest={() => {
                if (around !== null) open(thread, null);
              }}
              onBack={() => void navigate(`/inbox${query}`)}
              detailsOpen={details ?? room}
              onDetails={setDetails}
              composerRef={desk.composer}
              onWrong={(message, page) =>
                message.incident
                  ? incidents.open(message.incident)
                  : incidents.report(message.id, page.patient)
              }
              remedyFor={(step, page) => (
                <NextStep
                  step={step}
                  page={page}
                  onIncident={incidents.open}
                  onCode={(number, one) => setCode({ thread: page.id, number, one })}
                />
              )}
            />
          ) : (
            <EmptyState
              icon={<IconMessages size="2.5rem" stroke={1.25} />}
              title={t('inbox.pick.title')}
            >
              <p>{t('inbox.pick.body')}</p>
            </EmptyState>
          )
        }
        details={
          thread ? (
            <Details key={thread} thread={thread} around={around} onStranger={setStranger} />
          ) : undefined
        }
        detailsLabel={t(stranger ? 'shell.stranger' : 'shell.details')}
        detailsOpen={details ?? room}
        onDetailsOpen={setDetails}
      />
    </>
  );
}

/** The keys of the results, while the words are typed. */
function toResults(event: TypedKey, searching: Searching): void {
  if (event.key !== 'ArrowDown' && event.key !== 'Enter') return;
  event.preventDefault();
  const found = list();
  if (event.key === 'Enter' && searching.active && (!found || found.closest('[data-stale]'))) {
    // What stands there is not what was asked for.
    searching.setHurry(true);
    return;
  }
  if (!found) return;
  found.focus();
  if (event.key === 'ArrowDown') return;
  found.dispatchEvent(
    new KeyboardEvent('keydown', { key: event.key, bubbles: true, cancelable: true }),
  );
}

interface OpenProps {
  readonly thread: string;
  readonly around: string | null;
}

function OnlyHere({ thread, around, searching }: OpenProps & { readonly searching: Searching }) {
  const { newest: page } = useThread(thread, around);
  return page?.patient ? <OnlyThisPatient searching={searching} patient={page.patient} /> : null;
}

/** A code that is read to whoever calls, and the number that it verifies. */
interface ShownCode {
  readonly thread: string;
  readonly number: string;
  readonly one: NumberCode;
}

interface VerifyingProps {
  readonly code: ShownCode;
  readonly around: string | null;
  readonly onClose: () => void;
}

/** Stands outside of the composer's answer, which is another one as soon as a text comes. */
function Verifying({ code, around, onClose }: VerifyingProps) {
  const { newest: page } = useThread(code.thread, around);
  const number = page?.patient?.numbers.find((n) => n.id === code.number);
  return <CodeDialog number={number} one={code.one} onClose={onClose} />;
}

interface DetailsProps extends OpenProps {
  /** Told whether nobody knows whose the number is. */
  readonly onStranger: (stranger: boolean) => void;
}

function Details({ thread, around, onStranger }: DetailsProps) {
  const desk = useDesk();
  const { newest: page, error } = useThread(thread, around);
  const stranger = page !== null && page.patient === null;
  useEffect(() => onStranger(stranger), [onStranger, stranger]);
  if (error) return null;
  if (!page) return <Skeleton shape="details" />;
  if (!page.patient) {
    return <StrangerPanel page={page} onAdd={() => desk.addPatient(page.phone)} />;
  }
  return <PatientPanel card={page.patient} consents={<PatientSections card={page.patient} />} />;
}

const papers = new Set([
  'policy.next_record_consent',
  'policy.next_finish_consent',
  'policy.next_renew_consent',
  'policy.next_widen_consent',
]);

interface NextStepProps {
  readonly step: string;
  readonly page: ThreadPage;
  readonly onIncident: (incident: string) => void;
  readonly onCode: (number: string, one: NumberCode) => void;
}

/** The button for a next step that this desk can take at once. */
function NextStep({ step, page, onIncident, onCode }: NextStepProps): ReactNode {
  const t = useWords();
  const desk = useDesk();
  const navigate = useNavigate();
  const mayRecord = useMay('consent.record');
  const mayAdd = useMay('patients.edit');
  const { patient } = page;
  if (patient && mayRecord && papers.has(step)) {
    return (
      <>
        <Button onClick={() => desk.recordPaper(patient)}>{t('paper.record')}</Button>
        {step === 'policy.next_record_consent' ? (
          <Button onClick={() => desk.askConsent(patient)}>{t('paper.ask.open')}</Button>
        ) : null}
      </>
    );
  }
  const number = patient?.numbers.find((n) => n.thread === page.id);
  if (patient && number && step === 'policy.next_verify_number') {
    return <VerifyButton card={patient} number={number} onCode={(one) => onCode(number.id, one)} />;
  }
  if (step === 'policy.next_decide_incident') {
    // The text may be pages up, or in another conversation of this number.
    const known = page.messages.findLast((message) => message.incident !== '');
    return (
      <Button onClick={() => (known ? onIncident(known.incident) : void navigate('/papers'))}>
        {t('message.incidentOpen')}
      </Button>
    );
  }
  if (!patient && mayAdd && step === 'policy.next_choose_patient') {
    return (
      <Button onClick={() => desk.addPatient(page.phone)}>{t('patients.stranger.add')}</Button>
    );
  }
  return null;
}
