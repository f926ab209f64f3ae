import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import type { PatientCard, PatientName } from '../door/shapes';
import { DisclosuresSection } from '../features/incidents/DisclosuresSection';
import { IncidentDialog } from '../features/incidents/IncidentDialog';
import { ReportDialog } from '../features/incidents/ReportDialog';
import { PaperDialog } from '../features/records/PaperDialog';

interface Reporting {
  readonly message: string;
  readonly patient: PatientName | null;
}

interface IncidentDialogs {
  readonly dialogs: ReactNode;
  readonly open: (incident: string) => void;
  /** Says that a text went to the wrong person; the patient is the conversation's. */
  readonly report: (message: string, patient: PatientName | null) => void;
}

/** Reporting, looking at and printing an incident, for any screen of the desk. */
export function useIncidentDialogs(): IncidentDialogs {
  const navigate = useNavigate();
  const [reporting, setReporting] = useState<Reporting | null>(null);
  const [open, setOpen] = useState<string | null>(null);
  const [printed, setPrinted] = useState<string | null>(null);
  return {
    open: setOpen,
    report: (message, patient) => setReporting({ message, patient }),
    dialogs: (
      <>
        <ReportDialog
          message={reporting?.message ?? null}
          patient={reporting?.patient ?? null}
          onClose={() => setReporting(null)}
          onReported={setOpen}
        />
        <IncidentDialog
          incident={open}
          onClose={() => setOpen(null)}
          onText={(thread, message) => {
            setOpen(null);
            void navigate(`/inbox/${thread}?at=${message}`);
          }}
          onPrint={(incident) => {
            setOpen(null);
            setPrinted(incident);
          }}
        />
        <PaperDialog
          order={printed === null ? null : { kind: 'incident', incident: printed }}
          onClose={() => setPrinted(null)}
        />
      </>
    ),
  };
}

/** The accounting of a patient, with its incidents. */
export function Disclosures({ card }: { readonly card: PatientCard }) {
  const incidents = useIncidentDialogs();
  return (
    <>
      <DisclosuresSection card={card} onOpen={incidents.open} />
      {incidents.dialogs}
    </>
  );
}
