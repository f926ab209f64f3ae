import { useState } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import type { State } from '../door/shapes';
import { HandedScreen } from '../features/consent/PatientMode';
import type { Signing } from '../features/consent/SignDialog';
import { ConsentsRoute } from './ConsentsRoute';
import { DeskProvider } from './DeskProvider';
import { InboxRoute } from './InboxRoute';
import { NoPageRoute } from './NoPageRoute';
import { PatientDesk } from './PatientDesk';
import { PatientsRoute } from './PatientsRoute';
import { PeopleRoute } from './PeopleRoute';
import { RecordsRoute } from './RecordsRoute';
import { SettingsRoute } from './SettingsRoute';

interface Props {
  readonly state: State;
  /** Opens the check of the recovery sheet that was put off. */
  readonly onCheckSheet: () => void;
  /** Draws a new recovery sheet in place of the one in force. */
  readonly onNewSheet: () => void;
  readonly onState: (state: State) => void;
}

/** The desk of whoever is signed in. */
export default function Desk({ state, onCheckSheet, onNewSheet, onState }: Props) {
  const [signing, setSigning] = useState<Signing | null>(null);
  // While the patient holds the device nothing of the desk is mounted.
  if (signing) return <PatientDesk signing={signing} onLeave={() => setSigning(null)} />;
  if (state.handed) return <HandedScreen onLeave={() => onState({ ...state, handed: false })} />;
  return (
    <DeskProvider
      state={state}
      onCheckSheet={onCheckSheet}
      onNewSheet={onNewSheet}
      onState={onState}
      onSign={setSigning}
    >
      <Routes>
        <Route path="/" element={<Navigate to="/inbox" replace />} />
        <Route path="/inbox/:thread?" element={<InboxRoute />} />
        <Route path="/patients/:patient?" element={<PatientsRoute />} />
        <Route path="/consents" element={<ConsentsRoute />} />
        <Route path="/people" element={<PeopleRoute />} />
        <Route path="/papers" element={<RecordsRoute />} />
        <Route path="/settings" element={<SettingsRoute version={state.version} />} />
        <Route path="*" element={<NoPageRoute />} />
      </Routes>
    </DeskProvider>
  );
}
