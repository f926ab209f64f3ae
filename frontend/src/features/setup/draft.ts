/** What has been filled in so far. The passphrase is not part of it: it is handed over and forgotten. */
export interface SetupDraft {
  readonly clinicName: string;
  readonly officePhone: string;
  readonly zone: string;
  readonly yourName: string;
}

export const emptyDraft: SetupDraft = { clinicName: '', officePhone: '', zone: '', yourName: '' };
