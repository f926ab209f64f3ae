// Generated from the door registry. Do not edit: run `go run ./build/dev bindings`.

export interface AccountNumber {
  phone: string;
  texts: boolean;
  pictures: boolean;
  forwarded: boolean;
}

export interface AccountNumbers {
  items: AccountNumber[];
}

export interface AddMember {
  name: string;
  role: RoleName;
  passphrase: string;
}

export interface AddNumber {
  patient: string;
  phone: string;
  shared: boolean;
  guardians: boolean;
}

export interface AddPatient {
  name: string;
  birthDate: string;
  phone: string;
  shared: boolean;
  language: LanguageName;
  zone: string;
  guardian: string;
}

export interface AddPicture {
  id: string;
  key: string;
}

export interface AddScan {
  key: string;
  consent: string;
}

export interface AddedPatient {
  id: string;
  thread: string;
  sameNumber: PatientName[];
}

export interface AfterHours {
  on: boolean;
  week: OpenDay[];
  holidays: string[];
  text: string;
  problem: Problem | null;
  held: boolean;
  until: string;
  behind: boolean;
}

export interface ArrangeCover {
  of: string;
  by: string;
  from: string;
  to: string;
}

export interface ArriveMove {
  file: string;
  code: string;
  member: string;
  passphrase: string;
  phone: string;
}

export interface AskByText {
  patient: string;
  welcome: boolean;
}

export interface AskConsent {
  answer: Answer;
  until: string;
  reasons: Reason[];
  phone: string;
  words: string;
  draft: boolean;
}

export interface AskedByText {
  phone: string;
  words: string;
  at: string;
  until: string;
  text: MessageState;
  reminded: boolean;
}

export interface AssessIncident {
  key: string;
  id: string;
  factors: IncidentFactors;
  conclusion: IncidentConclusion;
}

export interface AttachForm {
  key: string;
  language: LanguageName;
  variant: FormVariant;
  pair: string;
  source: string;
  present: string[];
}

export interface Attachment {
  id: string;
  kind: AttachmentKind;
  format: string;
  bytes: number;
  width: number;
  height: number;
  shown: boolean;
  lost: boolean;
  problem: Problem | null;
  again: boolean;
}

export interface AttachmentRef {
  id: string;
}

export interface BackupCodes {
  codes: string[];
}

export interface BackupCopies {
  items: BackupCopy[];
  unreadable: number;
}

export interface BackupCopy {
  number: number;
  made: string;
  attachments: number;
  bytes: number;
}

export interface BackupFolder {
  folder: string;
}

export interface BackupPlace {
  folder: string;
  newest: string;
  late: boolean;
  problem: Problem | null;
}

export interface Backups {
  folders: BackupPlace[];
  room: boolean;
  late: boolean;
  stage: BackupStage;
  done: number;
  total: number;
  problem: Problem | null;
}

export interface BeginMove {
  folder: string;
}

export interface BeginRound {
  id: string;
  patients: string[];
  welcome: boolean;
}

export interface BindDevice {
  words: string;
  member: string;
  passphrase: string;
}

export interface CareRef {
  patient: string;
  member: string;
}

export interface ChangePassphrase {
  old: string;
  new: string;
}

export interface ChangeRole {
  member: string;
  role: RoleName;
}

export interface CheckSheet {
  words: string;
}

export interface CheckText {
  id: string;
  body: string;
  category: Category;
  sendAt: string;
  atProvider: boolean;
  picture: boolean;
}

export interface CheckedText {
  answer: Answer;
  until: string;
  reasons: Reason[];
  size: Size;
  isReply: boolean;
  first: boolean;
  told: Told[];
  lift: boolean;
}

export interface ChosenFile {
  file: string;
  typed: boolean;
}

export interface ChosenFolder {
  folder: string;
  typed: boolean;
}

export interface ClinicSettings {
  clinicName: string;
  officePhone: string;
  zone: string;
  language: LanguageName;
  textFrom: number;
  textTo: number;
  sundayFrom: number;
  sundayTo: number;
  dayCap: number;
  weekCap: number;
  textName: string;
  answerHours: number;
}

export interface CloseIncident {
  id: string;
  words: string;
}

export interface Confirm {
  passphrase: string;
}

export interface ConfirmPhone {
  code: string;
}

export interface ConfirmPictures {
  code: string;
}

export interface ConfirmSheet {
  words: string[];
}

export interface ConnectProvider {
  kind: ProviderKind;
  address: string;
  account: string;
  key: string;
  secret: string;
  phone: string;
}

export interface ConsentDetails {
  witness: string;
  interpreter: string;
  authority: string;
  document: string;
  beside: string;
  copyGiven: boolean;
}

export interface ConsentHistory {
  code: string;
  steps: ConsentStep[];
}

export interface ConsentPaper {
  head: PaperHead;
  code: string;
  patient: PaperPatient;
  state: ConsentState;
  hold: Hold;
  way: ConsentWay;
  form: string;
  formHash: string;
  language: LanguageName;
  draft: boolean;
  reviewed: string;
  signedOn: string;
  expires: string;
  signer: Signer;
  signerName: string;
  details: ConsentDetails;
  drawn: string;
  typed: string;
  scope: ConsentScope;
  steps: ConsentStep[];
  words: FormBlock[];
  scans: ScanRow[];
}

export interface ConsentRef {
  id: string;
}

export interface ConsentRow {
  id: string;
  state: ConsentState;
  form: string;
  signedOn: string;
  expires: string;
  categories: Category[];
  fromHour: number;
  toHour: number;
  weekdays: number[];
  signer: string;
  recordedBy: string;
  revokedAt: string;
  revokedHow: RevokedHow;
  hold: Hold;
  ends: boolean;
  way: ConsentWay;
  code: string;
  asked: AskedByText | null;
  scope: ConsentScope;
  details: ConsentDetails;
  signedBy: Signer;
  numbers: string[];
  scans: ScanRow[];
  revocable: boolean;
  returns: boolean;
}

export interface ConsentScope {
  categories: Category[];
  excluded: Category[];
  fromHour: number;
  toHour: number;
  weekdays: number[];
  perDay: number;
  perWeek: number;
  sharedPhone: boolean;
  numbers: string[];
  from: string;
  channel: Channel;
}

export interface ConsentStep {
  at: string;
  what: ConsentWhat;
  by: string;
  how: RevokedHow;
  hold: Hold;
  scope: ConsentScope;
}

export interface CopiedText {
  text: string;
}

export interface CoverList {
  items: CoverRow[];
}

export interface CoverRef {
  id: string;
}

export interface CoverRow {
  id: string;
  of: Person;
  by: Person;
  from: string;
  until: string;
  mine: boolean;
}

export interface CreateClinic {
  clinicName: string;
  officePhone: string;
  zone: string;
  language: LanguageName;
  yourName: string;
  passphrase: string;
}

export interface CreatedClinic {
  words: string[];
  code: string;
  ask: number[];
}

export interface DecideNumber {
  id: string;
  right: boolean;
}

export interface Departure {
  patients: PatientName[];
  allPatients: number;
  drafts: number;
  waiting: number;
  heirs: Person[];
}

export interface DeviceSettings {
  closing: Closing;
  coverAway: boolean;
  plainKeys: boolean;
}

export interface DisclosureRow {
  at: string;
  incident: string;
  recipient: IncidentRecipient;
  contents: IncidentContent[];
}

export interface Disconnect {
  anyway: boolean;
}

export interface Doubt {
  message: string;
  thread: string;
  patient: PatientName | null;
  phone: string;
  words: string;
  why: DoubtWhy;
  at: string;
  reminders: boolean;
  held: boolean;
  decided: DoubtDecision;
  by: string;
  decidedAt: string;
}

export interface DoubtList {
  items: Doubt[];
}

export interface DraftPicture {
  address: string;
  width: number;
  height: number;
  bytes: number;
}

export interface DrillDays {
  days: number;
}

export interface DrillReader {
  name: string;
  at: string;
}

export interface DrillRef {
  began: string;
}

export interface DrillRow {
  began: string;
  ended: string;
  outcome: DrillOutcome;
  problem: Problem | null;
  folder: string;
  copy: number;
  made: string;
  events: number;
  attachments: number;
  spoiled: number;
  content: string;
  copying: number;
  restoring: number;
  opening: number;
  by: string;
  seen: DrillReader[];
}

export interface Drills {
  days: number;
  next: string;
  overdue: boolean;
  folder: string;
  waits: boolean;
  stage: DrillStage;
  done: number;
  total: number;
  problem: Problem | null;
  items: DrillRow[];
}

export interface EarlierRound {
  id: string;
  end: RoundEnd;
  begun: string;
  ended: string;
  by: string;
  asked: number;
  passed: number;
  total: number;
}

export interface EarlierRounds {
  items: EarlierRound[];
  next: string;
}

export interface EmergencyList {
  items: EmergencyRow[];
  waiting: number;
}

export interface EmergencyRow {
  id: string;
  by: Person;
  patient: PatientName;
  reason: string;
  from: string;
  until: string;
  looks: Look[];
  reviewedBy: string;
  reviewedAt: string;
  note: string;
}

export interface Export {
  folder: string;
  unnoted: boolean;
}

export interface Exported {
  folder: string;
  patients: number;
  texts: number;
  consents: number;
  unreadable: number;
  gaps: Gap[];
  uncertain: number;
  attachments: number;
  lostAttachments: number;
  lostAt: string[];
  scans: number;
  lostScans: number;
  recorded: boolean;
}

export interface Exporting {
  stage: ExportStage;
  done: number;
  total: number;
}

export interface Faulty {
  part: CheckPart;
  code: string;
}

export interface FilePart {
  key: string;
  at: number;
  data: string;
}

export interface Finding {
  found: Found;
  problem: Problem | null;
  missingFrom: string;
  missingUntil: string;
  canGoOn: boolean;
  needsSheet: boolean;
  canExport: boolean;
  opens: boolean;
  suggested: string;
  deciders: string[];
  move: MoveNews | null;
}

export interface FirstAnswer {
  version: string;
  language: LanguageName;
  words: string;
  draft: boolean;
}

export interface FirstAnswers {
  items: FirstAnswer[];
  instead: FirstInstead;
}

export interface FormBlock {
  kind: FormBlockKind;
  key: string;
  text: string;
}

export interface FormDraft {
  language: LanguageName;
  variant: FormVariant;
  pair: string;
  text: string;
  source: string;
}

export interface FormKind {
  variant: FormVariant;
}

export interface FormList {
  items: FormRow[];
}

export interface FormPaper {
  head: PaperHead;
  code: string;
  form: FormRow;
  hash: string;
  patient: PaperPatient | null;
  words: FormBlock[];
}

export interface FormPreview {
  blocks: FormBlock[];
  missing: FormRequirement[];
}

export interface FormRef {
  version: string;
  patient: string;
}

export interface FormRequirement {
  key: string;
  source: string;
}

export interface FormRow {
  version: string;
  language: LanguageName;
  draft: boolean;
  variant: FormVariant;
  pair: string;
  hash: string;
  own: boolean;
  source: string;
  retired: boolean;
  reviewedBy: string;
  reviewedOn: string;
  pages: number;
}

export interface FormWanted {
  items: FormRequirement[];
}

export interface FormWords {
  form: FormRow;
  text: string;
  blocks: FormBlock[];
}

export interface FoundText {
  message: string;
  thread: string;
  patient: PatientName | null;
  phone: string;
  way: Way;
  author: string;
  at: string;
  media: number;
  snippet: string;
  marks: Mark[];
}

export interface Gap {
  from: string;
  until: string;
  events: number;
}

export interface GoLive {
  account: string;
  key: string;
  main: boolean;
  phone: string;
  document: string;
  signed: string;
  code: string;
  proofPhone: string;
  proofAsked: string;
  out: string;
  arrived: string;
  in: string;
  noReply: boolean;
  live: LiveSince | null;
}

export interface GoOn {
  words: string;
}

export interface HandOver {
  patient: string;
  form: string;
}

export interface Health {
  checked: string;
  outcome: CheckOutcome;
  faults: Faulty[];
  next: string;
  overdue: boolean;
  work: Work;
  part: CheckPart;
  done: number;
  total: number;
  problem: Problem | null;
  search: Progress | null;
  remade: boolean;
  unopened: number;
  wentOn: WentOn | null;
  lostAttachments: number;
  exported: string;
}

export interface HeldText {
  message: Message;
  thread: string;
  patient: PatientName | null;
  phone: string;
}

export interface HeldTexts {
  items: HeldText[];
  more: boolean;
}

export interface HoldNumber {
  patient: string;
  number: string;
  since: string;
}

export interface Hole {
  day: string;
  listed: number;
  missing: number;
}

export interface InboxPage {
  items: ThreadRow[];
  next: string;
  unread: number;
}

export interface InboxQuery {
  view: InboxView;
  search: string;
  after: string;
  limit: number;
}

export interface Incident {
  row: IncidentRow;
  steps: IncidentStep[];
}

export interface IncidentDue {
  task: IncidentTask;
  by: string;
  left: number;
}

export interface IncidentFactors {
  nature: string;
  recipient: string;
  viewed: string;
  mitigation: string;
}

export interface IncidentList {
  items: IncidentRow[];
  days: number;
}

export interface IncidentPaper {
  head: PaperHead;
  patient: PaperPatient;
  row: IncidentRow;
  recipientName: string;
  steps: IncidentStep[];
}

export interface IncidentRef {
  id: string;
}

export interface IncidentRow {
  id: string;
  hidden: boolean;
  found: string;
  closedAt: string;
  due: IncidentDue[];
  closes: boolean;
  conclusion: IncidentConclusion;
  reportedBy: string;
  reportedAt: string;
  happened: string;
  phone: string;
  thread: string;
  message: string;
  about: PatientName | null;
  recipient: IncidentRecipient;
  contents: IncidentContent[];
  pauses: boolean;
}

export interface IncidentStanding {
  open: number;
  reports: number;
  report: string;
}

export interface IncidentStep {
  at: string;
  by: string;
  what: IncidentWhat;
  done: IncidentDeed[];
  words: string;
  right: boolean;
  factors: IncidentFactors | null;
  conclusion: IncidentConclusion;
  whom: IncidentTold;
  on: string;
}

export interface Leave {
  member: string;
  heir: string;
}

export interface LiftText {
  id: string;
  key: string;
  body: string;
  category: Category;
  again: string;
  picture: boolean;
  reason: string;
}

export interface LineReading {
  history: HistoryStage;
  texts: number;
  backTo: string;
  holds: boolean;
  readUpTo: string;
  compared: string;
  listed: number;
  kept: number;
  brought: number;
  aside: number;
  missing: number;
  holes: Hole[];
  alarm: Problem | null;
  sender: OtherSender | null;
  work: ReadingWork;
  done: number;
  failed: Problem | null;
  clinic: string;
  phone: string;
}

export interface LineStatus {
  line: Line;
  kind: ProviderKind;
  phone: string;
  lastHeard: string;
  problem: Problem | null;
  unanswered: Problem | null;
  waiting: number;
  undecided: number;
  doubts: number;
}

export interface LineUsage {
  this: Spent;
  last: Spent;
}

export interface LiveCheck {
  check: CheckName;
  state: CheckState;
  finding: CheckFinding;
  source: CheckSource;
  decides: boolean;
}

export interface LiveChecks {
  items: LiveCheck[];
  open: number;
  at: string;
}

export interface LiveSince {
  by: string;
  at: string;
  phone: string;
  checks: number;
  unknown: number;
}

export interface LockChoice {
  mostMinutes: number;
  mostHours: number;
  offered: LockSettings;
}

export interface LockChoices {
  items: LockChoice[];
}

export interface LockSettings {
  rule: LockRule;
  frontDesk: number;
  therapist: number;
  officeManager: number;
  privacyOfficer: number;
  longestHours: number;
}

export interface Look {
  kind: string;
  times: number;
}

export interface LostAttachment {
  id: string;
  kind: AttachmentKind;
  thread: string;
  text: string;
  patient: string;
  at: string;
  problem: Problem | null;
}

export interface LostAttachments {
  items: LostAttachment[];
  more: number;
}

export interface MakeConsentPaper {
  key: string;
  id: string;
}

export interface MakeFormPaper {
  key: string;
  form: string;
  patient: string;
}

export interface MakeIncidentPaper {
  key: string;
  id: string;
}

export interface MakeRegister {
  key: string;
  standing: RegisterStanding;
  language: AnyLanguage;
  category: AnyCategory;
}

export interface MakeTextsPaper {
  key: string;
  thread: string;
  from: string;
  until: string;
}

export interface Mark {
  from: number;
  to: number;
}

export interface MarkNotPatient {
  id: string;
  not: boolean;
}

export interface MarkRead {
  id: string;
  asOf: number;
}

export interface Member {
  id: string;
  name: string;
  role: RoleName;
  short: boolean;
}

export interface MemberRef {
  member: string;
}

export interface Message {
  id: string;
  way: Way;
  body: string;
  media: number;
  attachments: Attachment[];
  origin: Origin;
  at: string;
  author: string;
  state: MessageState;
  until: string;
  failure: Problem | null;
  category: Category;
  sendsAgain: boolean;
  sentAgain: boolean;
  incident: string;
}

export interface MessageRef {
  id: string;
}

export interface MoveNews {
  begun: string;
  by: string;
  file: string;
  code: string;
  foreign: number;
  days: number;
  done: number;
  total: number;
}

export interface MoveRef {
  id: string;
}

export interface MovedTexts {
  id: string;
  away: boolean;
  texts: number;
  first: string;
  at: string;
  by: string;
  backAt: string;
  backBy: string;
  undo: boolean;
}

export interface NarrowConsent {
  id: string;
  scope: ConsentScope;
  how: RevokedHow;
}

export interface NoteIncident {
  key: string;
  id: string;
  done: IncidentDeed[];
  words: string;
}

export interface NoticeDays {
  days: number;
}

export interface NumberCode {
  code: string;
  until: string;
  phone: string;
}

export interface NumberRef {
  patient: string;
  number: string;
}

export interface NumberRow {
  id: string;
  phone: string;
  shared: boolean;
  optedOut: string;
  verified: string;
  held: string;
  guardians: boolean;
  thread: string;
}

export interface OpenBackup {
  folder: string;
  words: string;
}

export interface OpenDay {
  from: number;
  to: number;
}

export interface OpenEmergency {
  patient: string;
  name: string;
  birthDate: string;
  phone: string;
  reason: string;
  minutes: number;
}

export interface OpenMove {
  file: string;
  code: string;
}

export interface OpenSheet {
  words: string;
}

export interface OpenedAttachment {
  id: string;
  address: string;
  width: number;
  height: number;
}

export interface OpenedEmergency {
  patient: string;
  thread: string;
  until: string;
}

export interface OpenedForm {
  address: string;
  pages: number;
}

export interface OpenedMove {
  made: string;
  members: Member[];
}

export interface OpenedScan {
  id: string;
  address: string;
  format: string;
  pages: number;
}

export interface OpenedSheet {
  members: Member[];
}

export interface OtherCopy {
  made: string;
  found: string;
  incarnation: number;
  seq: number;
}

export interface OtherSender {
  texts: number;
  first: string;
  last: string;
  thread: string;
}

export interface PaperHead {
  key: string;
  madeAt: string;
  madeBy: string;
  clinic: string;
  phone: string;
  zone: string;
}

export interface PaperPart {
  key: string;
  at: number;
  data: string;
}

export interface PaperPatient {
  id: string;
  name: string;
  birthDate: string;
  guardian: string;
  phones: string[];
  zone: string;
}

export interface PasteKey {
  text: string;
}

export interface PastedKey {
  account: string;
  key: string;
  secret: boolean;
  main: boolean;
  problem: Problem | null;
}

export interface PatientCard {
  id: string;
  name: string;
  birthDate: string;
  age: number;
  minor: boolean;
  language: LanguageName;
  zone: string;
  guardian: string;
  numbers: NumberRow[];
  standing: Standing;
  categories: Category[];
  reasons: Reason[];
  consents: ConsentRow[];
  thread: string;
  therapists: Person[];
  cliniciansOnly: boolean;
  disclosures: DisclosureRow[];
}

export interface PatientName {
  id: string;
  name: string;
}

export interface PatientPage {
  items: PatientRow[];
  next: string;
}

export interface PatientQuery {
  search: string;
  after: string;
  limit: number;
}

export interface PatientRef {
  id: string;
}

export interface PatientRow {
  id: string;
  name: string;
  phone: string;
  thread: string;
  standing: Standing;
}

export interface PauseConsent {
  id: string;
  hold: Hold;
}

export interface PauseHistory {
  paused: boolean;
}

export interface Person {
  id: string;
  name: string;
}

export interface PhoneEnd {
  at: string;
  by: string;
}

export interface PhoneSecret {
  text: string;
  square: string;
}

export interface Pictures {
  state: PicturesState;
  phone: string;
  askedAt: string;
  left: number;
  provenAt: string;
  by: string;
  problem: Problem | null;
}

export interface Preview {
  id: string;
  address: string;
  problem: Problem | null;
}

export interface Previews {
  items: Preview[];
}

export interface PreviewsQuery {
  ids: string[];
}

export interface PrintPapers {
  papers: string[];
}

export interface Problem {
  code: string;
  params: Record<string, unknown>;
}

export interface Progress {
  done: number;
  total: number;
  seconds: number;
}

export interface Prove {
  phone: string;
}

export interface Purging {
  rule: PurgeRule;
  days: number;
  leastDays: number;
  mostDays: number;
  waits: Problem | null;
  emptied: number;
  deleted: number;
  attachments: number;
  first: string;
  last: string;
  at: string;
  keptAttachments: number;
  keptWords: number;
  clinic: string;
  phone: string;
}

export interface ReadyRow {
  form: FormRow;
  use: ReadyUse;
  text: string;
  words: string;
}

export interface ReadyWords {
  items: ReadyRow[];
  longest: number;
}

export interface Reason {
  code: string;
  params: Record<string, unknown>;
  source: string;
  next: string;
}

export interface Receiving {
  whileLocked: boolean;
}

export interface RecordAgreement {
  document: string;
  signed: string;
}

export interface RecordPaper {
  key: string;
  patient: string;
  form: string;
  signedOn: string;
  expires: string;
  categories: Category[];
  fromHour: number;
  toHour: number;
  weekdays: number[];
  signer: Signer;
  signerName: string;
  attested: boolean;
  perWeek: number;
  sharedPhone: boolean;
  excluded: Category[];
  perDay: number;
  numbers: string[];
  details: ConsentDetails;
  from: string;
  channel: Channel;
  hold: Hold;
  scan: string;
}

export interface RecordedConsent {
  id: string;
}

export interface RegisterFilter {
  standing: RegisterStanding;
  language: AnyLanguage;
  category: AnyCategory;
}

export interface RegisterLine {
  patient: string;
  name: string;
  birthDate: string;
  language: LanguageName;
  phone: string;
  optedOut: boolean;
  held: boolean;
  minor: boolean;
  consent: string;
  code: string;
  state: string;
  begins: string;
  form: string;
  signedOn: string;
  expires: string;
  categories: Category[];
}

export interface RegisterList {
  rows: RegisterLine[];
}

export interface RegisterPaper {
  head: PaperHead;
  rows: RegisterLine[];
}

export interface RejoinBackup {
  folder: string;
  words: string;
}

export interface ReportIncident {
  id: string;
  message: string;
  about: string;
  recipient: IncidentRecipient;
  contents: IncidentContent[];
  found: string;
  done: IncidentDeed[];
  words: string;
}

export interface Resolve {
  id: string;
  send: boolean;
}

export interface ResolveAll {
  send: string[];
  leave: string[];
}

export interface ResolvedAll {
  sent: number;
  left: number;
  refused: number;
  rest: HeldTexts;
}

export interface RestoreClinic {
  folder: string;
  words: string;
  leftWords: string;
  number: number;
}

export interface RestoredClinic {
  made: string;
  lost: number;
}

export interface Restoring {
  stage: BackupStage;
  done: number;
  total: number;
  seconds: number;
}

export interface RestrictCare {
  patient: string;
  only: boolean;
}

export interface RetireForm {
  version: string;
  retired: boolean;
}

export interface ReviewDue {
  from: string;
  until: string;
  read: boolean;
}

export interface ReviewEmergency {
  id: string;
  note: string;
}

export interface ReviewForm {
  version: string;
  name: string;
  role: Reviewer;
  on: string;
}

export interface ReviewItem {
  thread: string;
  patient: PatientName | null;
  phone: string;
  told: ReviewTold;
  texts: number;
}

export interface ReviewList {
  items: ReviewItem[];
  more: boolean;
  hidden: boolean;
  mark: string;
}

export interface RevokeConsent {
  id: string;
  how: RevokedHow;
}

export interface RoundAnswers {
  open: number;
  words: number;
  yes: number;
  no: number;
  silent: number;
  over: number;
}

export interface RoundPeople {
  items: RoundPerson[];
  words: RoundWords[];
  more: boolean;
  most: number;
}

export interface RoundPerson {
  id: string;
  name: string;
  language: LanguageName;
  phone: string;
  may: boolean;
  until: string;
  reasons: Reason[];
  before: AskedBefore;
}

export interface RoundRef {
  id: string;
}

export interface RoundRow {
  patient: PatientName;
  outcome: RoundOutcome;
  reasons: Reason[];
}

export interface RoundStanding {
  found: boolean;
  id: string;
  end: RoundEnd;
  begun: string;
  ended: string;
  by: string;
  waiting: number;
  asked: number;
  passed: number;
  answers: RoundAnswers;
  until: string;
  reasons: Reason[];
  problem: Problem | null;
}

export interface RoundWho {
  items: RoundRow[];
}

export interface RoundWords {
  language: LanguageName;
  words: string;
  segments: number;
  draft: boolean;
}

export interface SaveAfterHours {
  on: boolean;
  week: OpenDay[];
  holidays: string[];
}

export interface SaveDraft {
  id: string;
  body: string;
  again: string;
}

export interface SavePapers {
  papers: string[];
  password: string;
}

export interface SaveSigningIn {
  phone: boolean;
}

export interface SaveWords {
  language: LanguageName;
  text: string;
  replaces: string;
}

export interface SavedCopy {
  saved: boolean;
  address: string;
  name: string;
}

export interface ScanRef {
  id: string;
}

export interface ScanRow {
  id: string;
  format: string;
  bytes: number;
  pages: number;
  at: string;
  by: string;
  problem: Problem | null;
}

export interface SearchPage {
  people: ThreadRow[];
  morePeople: boolean;
  items: FoundText[];
  next: string;
  inside: boolean;
  backTo: string;
  behind: boolean;
}

export interface SearchQuery {
  words: string;
  patient: string;
  author: string;
  way: SearchWay;
  from: string;
  to: string;
  attachments: boolean;
  state: SearchState;
  best: boolean;
  inside: boolean;
  run: string;
  after: string;
  limit: number;
}

export interface SendFirst {
  id: string;
  key: string;
  version: string;
}

export interface SendText {
  id: string;
  key: string;
  body: string;
  category: Category;
  confirmed: boolean;
  sendAt: string;
  atProvider: boolean;
  picture: boolean;
  again: string;
}

export interface SentLine {
  at: string;
  by: string;
  body: string;
  pictures: number;
  category: Category;
  state: MessageState;
  kind: string;
  confirmedBy: string;
  form: string;
  signedOn: string;
  replyTo: string;
  decidedAt: string;
  reason: string;
}

export interface SentText {
  message: Message;
}

export interface SessionStanding {
  near: NearEnd;
  seconds: number;
}

export interface SetPassphrase {
  member: string;
  passphrase: string;
}

export interface SetPurging {
  rule: PurgeRule;
  days: number;
}

export interface SetShort {
  phrase: string;
}

export interface SettleDoubt {
  message: string;
  decision: DoubtDecision;
}

export interface SettleSender {
  upTo: string;
}

export interface SheetStanding {
  made: string;
  proven: string;
  due: string;
  check: SheetCheck;
}

export interface SignConsent {
  key: string;
  patient: string;
  form: string;
  expires: string;
  scope: ConsentScope;
  signer: Signer;
  signerName: string;
  details: ConsentDetails;
  hold: Hold;
  drawn: string;
  typed: string;
}

export interface SignIn {
  member: string;
  passphrase: string;
  code: string;
  short: boolean;
}

export interface SignReview {
  mark: string;
  answer: ReviewAnswer;
}

export interface SigningIn {
  phone: boolean;
  byRule: boolean;
  without: string[];
}

export interface Size {
  characters: number;
  segments: number;
  left: number;
  unicode: boolean;
  tooLong: boolean;
}

export interface Spent {
  from: string;
  to: string;
  out: number;
  in: number;
  pictures: number;
  texts: number;
  total: number;
  currency: string;
  piece: number;
  picture: number;
}

export interface StaffList {
  items: StaffRow[];
  needsSecond: boolean;
  changeKey: boolean;
}

export interface StaffRow {
  id: string;
  name: string;
  role: RoleName;
  me: boolean;
  left: string;
  closed: boolean;
  signsIn: boolean;
  phone: boolean;
  patients: number;
  failures: number;
  lastFailure: string;
  mayDecide: boolean;
}

export interface Standstill {
  review: ReviewDue | null;
  other: OtherCopy | null;
}

export interface State {
  phase: Phase;
  problem: Problem | null;
  finding: Finding | null;
  sample: boolean;
  sampleHint: string;
  members: Member[];
  last: string;
  arrived: number;
  needsRecovery: boolean;
  moved: string;
  stayed: Problem | null;
  sheetPending: boolean;
  sheetCheck: SheetCheck;
  me: Member | null;
  phoneAsked: boolean;
  handed: boolean;
  phoneEnd: PhoneEnd | null;
  mayDo: string[];
  clinicName: string;
  language: LanguageName;
  version: string;
}

export interface TakeBack {
  words: string;
}

export interface TellOfIncident {
  key: string;
  id: string;
  whom: IncidentTold;
  on: string;
}

export interface TextPrice {
  piece: number;
  picture: number;
  currency: string;
}

export interface TextingRules {
  majority: number;
  verifiedOnly: boolean;
  spoken: boolean;
  answerFirst: boolean;
  askMany: boolean;
  liftLimits: boolean;
}

export interface TextsPaper {
  head: PaperHead;
  patient: PaperPatient | null;
  phone: string;
  texts: SentLine[];
}

export interface ThreadPage {
  id: string;
  phone: string;
  patient: PatientCard | null;
  notPatient: boolean;
  messages: Message[];
  earlier: string;
  newer: string;
  unread: number;
  draft: string;
  draftAgain: string;
  draftPicture: boolean;
  pictures: boolean;
  waiting: Message[];
  moves: MovedTexts[];
  doubts: Doubt[];
  asOf: number;
}

export interface ThreadQuery {
  id: string;
  before: string;
  after: string;
  around: string;
  limit: number;
}

export interface ThreadRef {
  id: string;
}

export interface ThreadRow {
  id: string;
  patient: PatientName | null;
  phone: string;
  snippet: string;
  media: number;
  way: Way;
  state: MessageState;
  at: string;
  unread: number;
  standing: Standing;
}

export interface TodoList {
  items: TodoRow[];
}

export interface TodoRow {
  patient: PatientName;
  consent: string;
  state: ConsentState;
  hold: Hold;
  expires: string;
}

export interface Told {
  kind: string;
  words: string;
  asks: boolean;
  stops: boolean;
}

export interface TryPictures {
  phone: string;
  agreed: boolean;
}

export interface UseNumber {
  phone: string;
}

export interface UseThisCopy {
  incarnation: number;
  seq: number;
}

export interface VerifiedCopy {
  patient: PaperPatient | null;
  language: LanguageName;
  retired: boolean;
}

export interface VerifiedPaper {
  finding: PaperFinding;
  copy: VerifiedCopy | null;
  code: string;
  patient: PaperPatient;
  state: ConsentState;
  form: string;
  signedOn: string;
  expires: string;
  signer: string;
  categories: Category[];
  madeAt: string;
  madeBy: string;
  since: ConsentStep[];
}

export interface VerifyPaper {
  code: string;
}

export interface WaitingPatients {
  items: PatientName[];
  all: number;
}

export interface WaysIn {
  phone: string;
  backupCodes: number;
  short: string;
}

export interface WentOn {
  at: string;
  from: string;
  until: string;
}

export interface Why {
  message: Message;
  kind: string;
  decidedAt: string;
  by: string;
  form: string;
  signedOn: string;
  category: Category;
  inReplyAt: string;
  attempts: number;
  reason: string;
}

export interface WithoutReply {
  without: boolean;
}

export type Answer = "go" | "wait" | "confirm" | "no";

export type AnyCategory = "" | "scheduling" | "reminders" | "medication" | "check_ins" | "education" | "results" | "billing" | "other";

export type AnyLanguage = "" | "en" | "es";

export type AskedBefore = "nothing" | "said" | "silent" | "over" | "other";

export type AttachmentKind = "picture" | "video" | "sound" | "paper" | "contact" | "date" | "file";

export type BackupStage = "none" | "records" | "attachments" | "tidying";

export type Category = "scheduling" | "reminders" | "medication" | "check_ins" | "education" | "results" | "billing" | "other";

export type Channel = "" | "call" | "letter";

export type CheckFinding = "" | "not_asked" | "no_key" | "unknown_key" | "lacks_permission" | "other_region" | "suspended" | "trial" | "unseen_account" | "no_agreement" | "one_administrator" | "no_backup" | "no_number" | "voice_only" | "inbound_lost" | "unseen_service" | "redacts" | "forwarded" | "changes_words" | "registration_pending" | "registration_rejected" | "not_registered" | "unseen_registration" | "no_text_out" | "not_arrived" | "no_text_in" | "no_reply" | "no_reply_known" | "texts_waiting" | "main_secret";

export type CheckName = "key" | "region" | "account" | "agreement" | "administrators" | "backup" | "number" | "inbound" | "redaction" | "forwarded" | "encoding" | "registration" | "proof_out" | "proof_in" | "reply" | "waiting" | "main_secret";

export type CheckOutcome = "none" | "good" | "lists" | "records";

export type CheckPart = "none" | "files" | "records" | "lists" | "attachments";

export type CheckSource = "law" | "provider" | "proof" | "clinic";

export type CheckState = "good" | "mend" | "unknown";

export type Closing = "quits" | "locks";

export type ConsentState = "requested" | "pending" | "given" | "narrowed" | "expiring" | "expired" | "revoked" | "replaced" | "paused" | "verbal" | "declined" | "unanswered";

export type ConsentWay = "" | "paper" | "device" | "text" | "spoken";

export type ConsentWhat = "requested" | "answered" | "given" | "spoken" | "narrowed" | "held" | "resumed" | "revoked" | "replaced" | "scanned" | "scan_aside" | "reminded" | "declined" | "unreached";

export type DoubtDecision = "" | "stop" | "reminders" | "go_on" | "stranger";

export type DoubtWhy = "words" | "refused" | "reopened";

export type DrillOutcome = "good" | "spoiled" | "differs" | "damaged";

export type DrillStage = "none" | "copying" | "restoring" | "opening" | "comparing";

export type ExportStage = "none" | "reading" | "attachments" | "writing";

export type FirstInstead = "" | "verify" | "enough";

export type FormBlockKind = "title" | "heading" | "paragraph" | "statement" | "place";

export type FormVariant = "" | "minor" | "part2";

export type Found = "older" | "other" | "older_keys" | "damage" | "moving" | "moved";

export type HistoryStage = "none" | "going" | "paused" | "whole";

export type Hold = "" | "age" | "dispute" | "court" | "self";

export type InboxView = "all" | "unread" | "unknown" | "waiting";

export type IncidentConclusion = "" | "low_probability" | "breach";

export type IncidentContent = "name" | "contact" | "appointment" | "health" | "medication" | "results" | "billing" | "substance_use" | "nothing";

export type IncidentDeed = "called" | "asked_delete" | "said_deleted" | "not_reached" | "told_patient" | "told_manager" | "fixed_number" | "taught_staff";

export type IncidentRecipient = "" | "patient" | "relative" | "stranger" | "unknown";

export type IncidentTask = "number" | "assess" | "patient" | "hhs";

export type IncidentTold = "" | "patient" | "hhs";

export type IncidentWhat = "opened" | "noted" | "number" | "assessed" | "told" | "closed";

export type LanguageName = "en" | "es";

export type Line = "none" | "good" | "offline" | "trouble";

export type LockRule = "in_force" | "proposed";

export type MessageState = "received" | "waiting" | "later" | "held" | "sending" | "scheduled" | "recalling" | "sent" | "delivered" | "failed" | "unsure" | "ask" | "withdrawn" | "given_up";

export type NearEnd = "none" | "idle" | "longest";

export type Origin = "" | "elsewhere" | "automatic" | "again" | "trial";

export type PaperFinding = "matches" | "changed" | "differs" | "unchecked";

export type Phase = "empty" | "locked" | "open" | "halted" | "broken";

export type PicturesState = "off" | "unable" | "asked" | "on";

export type ProviderKind = "none" | "simulator" | "twilio";

export type PurgeRule = "nothing" | "words" | "all";

export type ReadingWork = "none" | "history" | "compare";

export type ReadyUse = "text" | "thanks" | "first";

export type RegisterStanding = "" | "in_force" | "expiring" | "missing" | "revoked";

export type ReviewAnswer = "nobody" | "recorded";

export type ReviewTold = "stop" | "refused" | "wrote";

export type Reviewer = "attorney" | "translator" | "privacy_officer";

export type RevokedHow = "" | "text" | "call" | "in_person" | "letter";

export type RoleName = "front_desk" | "therapist" | "office_manager" | "privacy_officer";

export type RoundEnd = "" | "done" | "stopped" | "left" | "off" | "fails" | "restored";

export type RoundOutcome = "waits" | "passed" | "open" | "words" | "yes" | "no" | "silent" | "over";

export type SearchState = "" | "unread" | "unknown" | "waiting";

export type SearchWay = "" | "in" | "out";

export type SheetCheck = "unproven" | "fine" | "due" | "overdue";

export type Signer = "patient" | "parent" | "guardian" | "representative" | "minor";

export type Standing = "can_text" | "limited" | "cannot_text" | "unknown";

export type Way = "in" | "out";

export type Work = "none" | "check" | "rebuild";

export interface Doors {
  "afterHours.get": { request: Record<string, never>; answer: AfterHours };
  "afterHours.save": { request: SaveAfterHours; answer: AfterHours };
  "app.state": { request: Record<string, never>; answer: State };
  "attachment.fetchAgain": { request: AttachmentRef; answer: Record<string, never> };
  "attachment.open": { request: AttachmentRef; answer: OpenedAttachment };
  "attachment.previews": { request: PreviewsQuery; answer: Previews };
  "attachment.saveCopy": { request: AttachmentRef; answer: SavedCopy };
  "backup.add": { request: BackupFolder; answer: Backups };
  "backup.copies": { request: BackupFolder; answer: BackupCopies };
  "backup.rejoin": { request: RejoinBackup; answer: Backups };
  "backup.remove": { request: BackupFolder; answer: Backups };
  "backup.run": { request: Record<string, never>; answer: Backups };
  "backup.status": { request: Record<string, never>; answer: Backups };
  "care.assign": { request: CareRef; answer: PatientCard };
  "care.cover": { request: ArrangeCover; answer: CoverList };
  "care.covers": { request: Record<string, never>; answer: CoverList };
  "care.end": { request: CareRef; answer: PatientCard };
  "care.endCover": { request: CoverRef; answer: CoverList };
  "care.restrict": { request: RestrictCare; answer: PatientCard };
  "care.waiting": { request: Record<string, never>; answer: WaitingPatients };
  "clinic.checkSheet": { request: CheckSheet; answer: SheetStanding };
  "clinic.confirmSheet": { request: ConfirmSheet; answer: State };
  "clinic.create": { request: CreateClinic; answer: CreatedClinic };
  "clinic.lockChoices": { request: Record<string, never>; answer: LockChoices };
  "clinic.lockSettings": { request: Record<string, never>; answer: LockSettings };
  "clinic.receiving": { request: Record<string, never>; answer: Receiving };
  "clinic.saveLockSettings": { request: LockSettings; answer: LockSettings };
  "clinic.saveReceiving": { request: Receiving; answer: Receiving };
  "clinic.saveSettings": { request: ClinicSettings; answer: ClinicSettings };
  "clinic.saveSigningIn": { request: SaveSigningIn; answer: SigningIn };
  "clinic.saveTexting": { request: TextingRules; answer: TextingRules };
  "clinic.settings": { request: Record<string, never>; answer: ClinicSettings };
  "clinic.sheet": { request: Record<string, never>; answer: SheetStanding };
  "clinic.showSheet": { request: Record<string, never>; answer: CreatedClinic };
  "clinic.signingIn": { request: Record<string, never>; answer: SigningIn };
  "clinic.texting": { request: Record<string, never>; answer: TextingRules };
  "consent.askByText": { request: AskByText; answer: PatientCard };
  "consent.canAsk": { request: PatientRef; answer: AskConsent };
  "consent.doubts": { request: Record<string, never>; answer: DoubtList };
  "consent.forms": { request: Record<string, never>; answer: FormList };
  "consent.history": { request: ConsentRef; answer: ConsentHistory };
  "consent.narrow": { request: NarrowConsent; answer: PatientCard };
  "consent.note": { request: PatientRef; answer: PatientCard };
  "consent.pause": { request: PauseConsent; answer: PatientCard };
  "consent.recordPaper": { request: RecordPaper; answer: RecordedConsent };
  "consent.resume": { request: ConsentRef; answer: PatientCard };
  "consent.revoke": { request: RevokeConsent; answer: PatientCard };
  "consent.settleDoubt": { request: SettleDoubt; answer: DoubtList };
  "consent.sign": { request: SignConsent; answer: PatientCard };
  "consent.todo": { request: Record<string, never>; answer: TodoList };
  "device.check": { request: Record<string, never>; answer: State };
  "device.saveSettings": { request: DeviceSettings; answer: DeviceSettings };
  "device.settings": { request: Record<string, never>; answer: DeviceSettings };
  "drill.run": { request: BackupFolder; answer: Drills };
  "drill.saveDays": { request: DrillDays; answer: Drills };
  "drill.saw": { request: DrillRef; answer: Drills };
  "drill.status": { request: Record<string, never>; answer: Drills };
  "drill.stop": { request: Record<string, never>; answer: Drills };
  "emergency.list": { request: Record<string, never>; answer: EmergencyList };
  "emergency.open": { request: OpenEmergency; answer: OpenedEmergency };
  "emergency.review": { request: ReviewEmergency; answer: EmergencyList };
  "file.part": { request: FilePart; answer: Record<string, never> };
  "folder.choose": { request: Record<string, never>; answer: ChosenFolder };
  "form.attach": { request: AttachForm; answer: FormList };
  "form.open": { request: FormRef; answer: OpenedForm };
  "form.preview": { request: FormDraft; answer: FormPreview };
  "form.retire": { request: RetireForm; answer: FormList };
  "form.review": { request: ReviewForm; answer: FormList };
  "form.save": { request: FormDraft; answer: FormList };
  "form.wanted": { request: FormKind; answer: FormWanted };
  "form.words": { request: FormRef; answer: FormWords };
  "health.attachments": { request: Record<string, never>; answer: LostAttachments };
  "health.cancel": { request: Record<string, never>; answer: Health };
  "health.check": { request: Record<string, never>; answer: Health };
  "health.close": { request: Record<string, never>; answer: State };
  "health.export": { request: Export; answer: Exported };
  "health.exporting": { request: Record<string, never>; answer: Exporting };
  "health.goOn": { request: GoOn; answer: State };
  "health.goingOn": { request: Record<string, never>; answer: Progress };
  "health.remake": { request: Record<string, never>; answer: Health };
  "health.status": { request: Record<string, never>; answer: Health };
  "health.stopExport": { request: Record<string, never>; answer: Record<string, never> };
  "inbox.list": { request: InboxQuery; answer: InboxPage };
  "incident.assess": { request: AssessIncident; answer: Incident };
  "incident.close": { request: CloseIncident; answer: Incident };
  "incident.decideNumber": { request: DecideNumber; answer: Incident };
  "incident.get": { request: IncidentRef; answer: Incident };
  "incident.list": { request: Record<string, never>; answer: IncidentList };
  "incident.note": { request: NoteIncident; answer: Incident };
  "incident.report": { request: ReportIncident; answer: Incident };
  "incident.saveDays": { request: NoticeDays; answer: NoticeDays };
  "incident.standing": { request: Record<string, never>; answer: IncidentStanding };
  "incident.tell": { request: TellOfIncident; answer: Incident };
  "line.check": { request: Record<string, never>; answer: LineStatus };
  "line.compare": { request: Record<string, never>; answer: LineReading };
  "line.connect": { request: ConnectProvider; answer: LineStatus };
  "line.disconnect": { request: Disconnect; answer: LineStatus };
  "line.pauseHistory": { request: PauseHistory; answer: LineReading };
  "line.purging": { request: Record<string, never>; answer: Purging };
  "line.reading": { request: Record<string, never>; answer: LineReading };
  "line.review": { request: Record<string, never>; answer: ReviewList };
  "line.setPurging": { request: SetPurging; answer: Purging };
  "line.settleSender": { request: SettleSender; answer: LineReading };
  "line.signReview": { request: SignReview; answer: Standstill };
  "line.standstill": { request: Record<string, never>; answer: Standstill };
  "line.status": { request: Record<string, never>; answer: LineStatus };
  "line.usage": { request: Record<string, never>; answer: LineUsage };
  "line.useThisCopy": { request: UseThisCopy; answer: Standstill };
  "live.check": { request: Record<string, never>; answer: LiveChecks };
  "live.go": { request: Record<string, never>; answer: LineStatus };
  "live.lookForProof": { request: Record<string, never>; answer: GoLive };
  "live.numbers": { request: Record<string, never>; answer: AccountNumbers };
  "live.prove": { request: Prove; answer: GoLive };
  "live.readKey": { request: PasteKey; answer: PastedKey };
  "live.recordAgreement": { request: RecordAgreement; answer: GoLive };
  "live.status": { request: Record<string, never>; answer: GoLive };
  "live.useKey": { request: PasteKey; answer: GoLive };
  "live.useNumber": { request: UseNumber; answer: GoLive };
  "live.withoutReply": { request: WithoutReply; answer: GoLive };
  "me.beginPhone": { request: Record<string, never>; answer: PhoneSecret };
  "me.confirmPhone": { request: ConfirmPhone; answer: BackupCodes };
  "me.endPhone": { request: Record<string, never>; answer: WaysIn };
  "me.endShort": { request: Record<string, never>; answer: WaysIn };
  "me.sawPhoneEnd": { request: Record<string, never>; answer: State };
  "me.setShort": { request: SetShort; answer: WaysIn };
  "me.waysIn": { request: Record<string, never>; answer: WaysIn };
  "move.arrive": { request: ArriveMove; answer: State };
  "move.begin": { request: BeginMove; answer: State };
  "move.chooseFile": { request: Record<string, never>; answer: ChosenFile };
  "move.open": { request: OpenMove; answer: OpenedMove };
  "move.takeBack": { request: TakeBack; answer: State };
  "number.add": { request: AddNumber; answer: PatientCard };
  "number.askCode": { request: NumberRef; answer: NumberCode };
  "number.hold": { request: HoldNumber; answer: PatientCard };
  "number.release": { request: NumberRef; answer: PatientCard };
  "paper.consent": { request: MakeConsentPaper; answer: ConsentPaper };
  "paper.form": { request: MakeFormPaper; answer: FormPaper };
  "paper.incident": { request: MakeIncidentPaper; answer: IncidentPaper };
  "paper.part": { request: PaperPart; answer: Record<string, never> };
  "paper.people": { request: RegisterFilter; answer: RegisterList };
  "paper.print": { request: PrintPapers; answer: Record<string, never> };
  "paper.register": { request: MakeRegister; answer: RegisterPaper };
  "paper.save": { request: SavePapers; answer: SavedCopy };
  "paper.texts": { request: MakeTextsPaper; answer: TextsPaper };
  "paper.verify": { request: VerifyPaper; answer: VerifiedPaper };
  "patient.add": { request: AddPatient; answer: AddedPatient };
  "patient.get": { request: PatientRef; answer: PatientCard };
  "patient.list": { request: PatientQuery; answer: PatientPage };
  "pictures.confirm": { request: ConfirmPictures; answer: Pictures };
  "pictures.off": { request: Record<string, never>; answer: Pictures };
  "pictures.status": { request: Record<string, never>; answer: Pictures };
  "pictures.try": { request: TryPictures; answer: Pictures };
  "recovery.bind": { request: BindDevice; answer: State };
  "recovery.open": { request: OpenSheet; answer: OpenedSheet };
  "restore.open": { request: OpenBackup; answer: BackupCopies };
  "restore.progress": { request: Record<string, never>; answer: Restoring };
  "restore.run": { request: RestoreClinic; answer: RestoredClinic };
  "restore.stop": { request: Record<string, never>; answer: Record<string, never> };
  "round.begin": { request: BeginRound; answer: RoundStanding };
  "round.callOff": { request: Record<string, never>; answer: RoundStanding };
  "round.earlier": { request: RoundRef; answer: EarlierRounds };
  "round.people": { request: Record<string, never>; answer: RoundPeople };
  "round.standing": { request: Record<string, never>; answer: RoundStanding };
  "round.who": { request: RoundRef; answer: RoundWho };
  "scan.add": { request: AddScan; answer: PatientCard };
  "scan.open": { request: ScanRef; answer: OpenedScan };
  "scan.putAside": { request: ScanRef; answer: PatientCard };
  "search.find": { request: SearchQuery; answer: SearchPage };
  "session.changePassphrase": { request: ChangePassphrase; answer: Record<string, never> };
  "session.confirm": { request: Confirm; answer: Record<string, never> };
  "session.copied": { request: CopiedText; answer: Record<string, never> };
  "session.handOver": { request: HandOver; answer: Record<string, never> };
  "session.lock": { request: Record<string, never>; answer: Record<string, never> };
  "session.signIn": { request: SignIn; answer: State };
  "session.standing": { request: Record<string, never>; answer: SessionStanding };
  "session.stay": { request: Record<string, never>; answer: SessionStanding };
  "staff.add": { request: AddMember; answer: StaffList };
  "staff.changeRole": { request: ChangeRole; answer: StaffList };
  "staff.departure": { request: MemberRef; answer: Departure };
  "staff.endPhone": { request: MemberRef; answer: StaffList };
  "staff.leave": { request: Leave; answer: StaffList };
  "staff.list": { request: Record<string, never>; answer: StaffList };
  "staff.setPassphrase": { request: SetPassphrase; answer: StaffList };
  "text.check": { request: CheckText; answer: CheckedText };
  "text.firstAnswers": { request: ThreadRef; answer: FirstAnswers };
  "text.held": { request: Record<string, never>; answer: HeldTexts };
  "text.lift": { request: LiftText; answer: SentText };
  "text.price": { request: Record<string, never>; answer: TextPrice };
  "text.resolve": { request: Resolve; answer: SentText };
  "text.resolveAll": { request: ResolveAll; answer: ResolvedAll };
  "text.send": { request: SendText; answer: SentText };
  "text.sendFirst": { request: SendFirst; answer: SentText };
  "text.why": { request: MessageRef; answer: Why };
  "thread.addPicture": { request: AddPicture; answer: DraftPicture };
  "thread.markNotPatient": { request: MarkNotPatient; answer: Record<string, never> };
  "thread.markRead": { request: MarkRead; answer: Record<string, never> };
  "thread.open": { request: ThreadQuery; answer: ThreadPage };
  "thread.picture": { request: ThreadRef; answer: DraftPicture };
  "thread.putBack": { request: MoveRef; answer: Record<string, never> };
  "thread.removePicture": { request: ThreadRef; answer: Record<string, never> };
  "thread.saveDraft": { request: SaveDraft; answer: Record<string, never> };
  "words.ready": { request: Record<string, never>; answer: ReadyWords };
  "words.save": { request: SaveWords; answer: ReadyWords };
}
