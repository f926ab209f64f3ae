import { Navigate, Route, Routes } from 'react-router';
import type { State } from '../door/shapes';
import { DeskProvider } from './DeskProvider';
import { InboxRoute } from './InboxRoute';
import { NoPageRoute } from './NoPageRoute';
import { PatientsRoute } from './PatientsRoute';
import { PeopleRoute } from './PeopleRoute';
import { SettingsRoute } from './SettingsRoute';

interface Props {
  readonly state: State;
  /** Opens the check of the recovery sheet that was put off. */
  readonly onCheckSheet: () => void;
}

/** The desk of whoever is signed in. */
export default function Desk({ state, onCheckSheet }: Props) {
  return (
    <DeskProvider state={state} onCheckSheet={onCheckSheet}>
      <Routes>
        <Route path="/" element={<Navigate to="/inbox" replace />} />
        <Route path="/inbox/:thread?" element={<InboxRoute />} />
        <Route path="/patients/:patient?" element={<PatientsRoute />} />
        <Route path="/people" element={<PeopleRoute />} />
        <Route path="/settings" element={<SettingsRoute version={state.version} />} />
        <Route path="*" element={<NoPageRoute />} />
      </Routes>
    </DeskProvider>
  );
}
