package desk_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/consent"
	"quietline/backend/sample"
	"quietline/backend/session"
	"quietline/backend/sqlite"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

// filled opens a sample clinic through its doors, signed in.
func filled(t testing.TB, messages int) *office {
	t.Helper()
	dir := t.TempDir()
	clock := clinictest.NewClock(time.Date(2026, 3, 4, 17, 0, 0, 0, time.UTC))
	secrets := filesecret.At(filepath.Join(dir, "secret"))
	members := stock(t, dir, clock.Now().Time(), messages)
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	d := desk.New(desk.Config{
		Dir: filepath.Join(dir, "clinic"), Secrets: secrets, Work: vault.Sample, Clock: clock, Log: log, Version: "test", Carrier: carried(t),
	}, door.NewChanges())
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	o := &office{desk: d, doors: door.NewRegistry(token, d.Session(), d, log), clock: clock}
	d.Register(o.doors)
	o.mustSignIn(t, members[0].ID)
	return o
}

func (o *office) mustSignIn(t testing.TB, who clinic.StaffID) {
	t.Helper()
	o.traced(t, "session.signIn", desk.SignIn{Member: who, Passphrase: sample.Passphrase}, nil)
}

// traced asks a door and returns the answer; tell hears of every statement.
func (o *office) traced(t testing.TB, name string, request any, tell func(sqlite.Statement)) json.RawMessage {
	t.Helper()
	raw, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if tell != nil {
		ctx = sqlite.WithTrace(ctx, tell)
	}
	var reply struct {
		OK    json.RawMessage
		Error *struct{ Code clinic.Code }
	}
	if err := json.Unmarshal(o.doors.Call(ctx, token, name, raw), &reply); err != nil {
		t.Fatal(err)
	}
	if reply.Error != nil {
		t.Fatalf("%s: %s", name, reply.Error.Code)
	}
	return reply.OK
}

func answer[Resp any](t testing.TB, raw json.RawMessage) Resp {
	t.Helper()
	var resp Resp
	if err := json.Unmarshal(raw, &resp); err != nil {
		t.Fatal(err)
	}
	return resp
}

// shown is what requests to the sample clinic can name.
type shown struct {
	thread, stranger clinic.ThreadID
	older            string // cursor of the thread
	patient          clinic.PatientID
	consent          clinic.ConsentID
	sent             clinic.MessageID
	picture          clinic.AttachmentID
	asOf             uint64
	inbox, patients  string // cursors of second pages
}

func lookAround(t testing.TB, o *office) shown {
	t.Helper()
	var s shown
	inbox := answer[desk.InboxPage](t, o.traced(t, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 50}, nil))
	s.inbox = inbox.Next
	unknown := answer[desk.InboxPage](t, o.traced(t, "inbox.list", desk.InboxQuery{View: desk.ViewUnknown, Limit: 5}, nil))
	s.stranger = unknown.Items[0].ID
	people := answer[desk.PatientPage](t, o.traced(t, "patient.list", desk.PatientQuery{Limit: 50}, nil))
	s.patient, s.patients = people.Items[0].ID, people.Next
	for _, row := range people.Items {
		if card := answer[desk.PatientCard](t, o.traced(t, "patient.get", desk.PatientRef{ID: row.ID}, nil)); len(card.Consents) > 0 {
			s.consent = card.Consents[0].ID
			break
		}
	}
	for _, row := range inbox.Items {
		if s.picture.IsZero() {
			page := answer[desk.ThreadPage](t, o.traced(t, "thread.open", desk.ThreadQuery{ID: row.ID, Limit: 5}, nil))
			for _, m := range page.Messages {
				for _, a := range m.Attachments {
					if a.Shown {
						s.picture = a.ID
					}
				}
			}
		}
	}
	if s.picture.IsZero() {
		t.Fatal("no text of the sample clinic came with a picture")
	}
	for _, row := range inbox.Items {
		if row.Patient == nil {
			continue
		}
		page := answer[desk.ThreadPage](t, o.traced(t, "thread.open", desk.ThreadQuery{ID: row.ID, Limit: 50}, nil))
		if page.Earlier == "" {
			continue
		}
		s.thread, s.older, s.asOf = row.ID, page.Earlier, page.AsOf
		for _, m := range page.Messages {
			if m.Way == desk.Out && m.Origin == "" && (m.State == desk.StateDelivered || m.State == desk.StateSent) {
				s.sent = m.ID
			}
		}
		if !s.sent.IsZero() {
			return s
		}
	}
	t.Fatal("no thread of the sample clinic has a text that was sent, and two pages")
	return s
}

// reading lists, door by door, the requests whose statements are looked at. A door
// that shows patients' content and is in neither list fails the tests below: put
// it here, or say in changing why not.
func reading(s shown) map[string][]any {
	return map[string][]any{
		"app.state":      {nil},
		"line.status":    {nil},
		"line.check":     {nil},
		"line.reading":   {nil},
		"text.held":      {nil},
		"consent.doubts": {nil},
		"inbox.list": {
			desk.InboxQuery{View: desk.ViewAll, Limit: 50}, desk.InboxQuery{View: desk.ViewAll, After: s.inbox, Limit: 50},
			desk.InboxQuery{View: desk.ViewUnread, Limit: 50}, desk.InboxQuery{View: desk.ViewUnknown, Limit: 50},
			desk.InboxQuery{View: desk.ViewWaiting, Limit: 50}, desk.InboxQuery{View: desk.ViewAll, Search: "ma", Limit: 50},
			desk.InboxQuery{View: desk.ViewAll, Search: "555-01", Limit: 50},
		},
		"thread.open": {
			desk.ThreadQuery{ID: s.thread, Limit: 50}, desk.ThreadQuery{ID: s.thread, Before: s.older, Limit: 50},
			desk.ThreadQuery{ID: s.stranger, Limit: 50}, desk.ThreadQuery{ID: s.thread, Around: s.sent, Limit: 50},
			desk.ThreadQuery{ID: s.thread, After: s.older, Limit: 50},
		},
		"search.find": {
			desk.SearchQuery{Words: "you", Limit: 50}, desk.SearchQuery{Words: "yo", Best: true, Limit: 50},
			desk.SearchQuery{Words: "you", State: desk.SearchUnread, Limit: 50}, desk.SearchQuery{Words: "you", State: desk.SearchUnknown, Limit: 50},
			desk.SearchQuery{Words: "you", State: desk.SearchWaiting, Limit: 50}, desk.SearchQuery{Words: "you", Patient: s.patient, Limit: 50},
			desk.SearchQuery{From: clinic.Date{Year: 2025, Month: 1, Day: 1}, Limit: 50},
		},
		"thread.picture":  {desk.ThreadRef{ID: s.thread}},
		"thread.markRead": {desk.MarkRead{ID: s.thread, AsOf: s.asOf}},
		"text.check": {
			desk.CheckText{ID: s.thread, Body: "See you on Tuesday.", Category: "scheduling"},
			desk.CheckText{ID: s.stranger, Body: "Who is this?", Category: "other"},
		},
		"text.firstAnswers":   {desk.ThreadRef{ID: s.thread}, desk.ThreadRef{ID: s.stranger}},
		"text.why":            {desk.MessageRef{ID: s.sent}},
		"attachment.previews": {desk.PreviewsQuery{IDs: []clinic.AttachmentID{s.picture}}},
		"attachment.open":     {desk.AttachmentRef{ID: s.picture}},
		"patient.list": {
			desk.PatientQuery{Limit: 50}, desk.PatientQuery{After: s.patients, Limit: 50}, desk.PatientQuery{Search: "ma", Limit: 50},
			desk.PatientQuery{Search: "0101", Limit: 50},
		},
		"patient.get":     {desk.PatientRef{ID: s.patient}},
		"paper.verify":    {desk.VerifyPaper{Code: string(consent.CodeOf(s.consent))}},
		"consent.history": {desk.ConsentRef{ID: s.consent}},
		"consent.canAsk":  {desk.PatientRef{ID: s.patient}},
		"form.words":      {desk.FormRef{Version: "2026-2-es", Patient: s.patient}},
		"clinic.settings": {nil},
		"device.settings": {nil},
	}
}

// changing are the doors that record something and then show one patient or text
// by the same reads.
var changing = map[string]bool{"thread.addPicture": true, "text.send": true, "text.lift": true, "text.sendFirst": true, "text.resolve": true, "text.resolveAll": true, "patient.add": true, "consent.revoke": true,
	"consent.sign": true, "consent.askByText": true, "consent.settleDoubt": true, "consent.note": true, "consent.narrow": true, "consent.pause": true, "consent.resume": true,
	"number.add": true, "number.askCode": true, "number.hold": true, "number.release": true,
	"attachment.saveCopy": true, "attachment.fetchAgain": true,
	"paper.consent": true, "paper.form": true, "paper.print": true, "paper.save": true, "scan.add": true, "scan.putAside": true,
	"incident.report": true, "incident.get": true, "incident.note": true, "incident.decideNumber": true, "incident.assess": true, "incident.tell": true,
	"incident.close": true, "paper.incident": true,
	"care.assign": true, "care.end": true, "care.restrict": true, "emergency.open": true}

// seldom are the doors that are asked a few times a month at most, of which some
// go through all patients or staff.
var seldom = map[string]bool{"care.waiting": true, "emergency.list": true, "emergency.review": true, "staff.departure": true,
	"health.attachments": true, "consent.todo": true, "line.review": true,
	"incident.list": true, "round.people": true, "round.who": true,
	"paper.register": true, "paper.people": true, "paper.texts": true, "scan.open": true}

func TestEveryDoorWithContentIsLookedAt(t *testing.T) {
	looked := reading(shown{})
	doors := door.NewRegistry("", nil, nil, nil)
	desk.New(desk.Config{Clock: clinic.SystemClock()}, nil).Register(doors)
	for _, spec := range doors.Specs() {
		if spec.Access != door.NoAccess && looked[spec.Name] == nil && !changing[spec.Name] && !seldom[spec.Name] {
			t.Errorf("nobody looks at what %s reads", spec.Name)
		}
	}
}

// TestALongPageTakesAsManyStatementsAsAShortOne asks each list for a page of two
// rows and for one of up to fifty.
func TestALongPageTakesAsManyStatementsAsAShortOne(t *testing.T) {
	if testing.Short() {
		t.Skip("counts the work of one goroutine")
	}
	o := filled(t, 3000)
	s := lookAround(t, o)
	listing := map[string]func(limit int) any{
		"inbox.list":        func(n int) any { return desk.InboxQuery{View: desk.ViewAll, Limit: n} },
		"inbox.list unread": func(n int) any { return desk.InboxQuery{View: desk.ViewUnread, Limit: n} },
		"inbox.list found":  func(n int) any { return desk.InboxQuery{View: desk.ViewAll, Search: "a", Limit: n} },
		"thread.open":       func(n int) any { return desk.ThreadQuery{ID: s.thread, Limit: n} },
		"patient.list":      func(n int) any { return desk.PatientQuery{Limit: n} },
		"search.find":       func(n int) any { return desk.SearchQuery{Words: "you", Limit: n} },
	}
	for name, request := range listing {
		t.Run(name, func(t *testing.T) {
			var counts, rows [2]int
			for i, limit := range []int{2, 50} {
				name, _, _ := strings.Cut(name, " ")
				o.traced(t, name, request(limit), nil) // keys and statements that are kept
				page := answer[struct{ Items, Messages []any }](t, o.traced(t, name, request(limit), func(sqlite.Statement) { counts[i]++ }))
				rows[i] = len(page.Items) + len(page.Messages)
			}
			if rows[0] != 2 || rows[1] < 5 {
				t.Fatalf("the pages have %d and %d rows", rows[0], rows[1])
			}
			if counts[0] != counts[1] || counts[0] == 0 {
				t.Errorf("%d rows take %d statements, %d rows take %d", rows[0], counts[0], rows[1], counts[1])
			}
			t.Logf("%d statements", counts[1])
		})
	}
}

// permitted are the steps of plans that walk or sort something as a whole, each
// with the reason for which that does not grow with the texts.
var permitted = []struct{ query, step, why string }{
	{"", `^SCAN (json_each|who) VIRTUAL TABLE INDEX 1:$`, "the ids of one page"},
	{"", `^SCAN CONSTANT ROW$`, "no table at all"},
	{" FROM log ORDER BY seq DESC LIMIT 1", `^SCAN log$`, "the last row alone"},
	{" FROM journal_cursor", `^SCAN journal_cursor$`, "one row"},
	{" FROM threads_unread_total", `^SCAN threads_unread_total$`, "one row"},
	{" FROM outbox", `^SCAN (outbox|o)( USING (COVERING )?INDEX outbox_in_order)?$`, "the texts that have not left yet"},
	{"t.id IN", `^USE TEMP B-TREE FOR ORDER BY$`, "the threads whose texts have not left yet"},
	{" FROM outbox", `^USE TEMP B-TREE FOR ORDER BY$`, "the texts that have not left yet"},
	{" FROM patient_words ", `^USE TEMP B-TREE FOR ORDER BY$`, "the patients whose names match"},
	{" FROM search_index s ", `^SCAN s VIRTUAL TABLE INDEX [0-9]+:M1><$`, "what the index proposes, in its order, as far as a page reads"},
	{"SELECT t.id FROM threads t ", `^SCAN t USING (COVERING )?INDEX threads_(unread|unknown|by_number)$`, "the unread, unknown or visible ones: 65 at the most, or those of a role that sees some"},
	{" FROM consent_doubts WHERE decided = ''", `^SCAN consent_doubts USING INDEX consent_doubts_open$`, "what waits for a decision"},
	{"FROM care_therapists", `^USE TEMP B-TREE FOR (ORDER BY|LAST TERM OF ORDER BY)$`, "a clinician's own patients"},
	{" FROM forms ", `^SCAN forms$|^USE TEMP B-TREE FOR ORDER BY$`, "the clinic's own forms, of which there are a handful"},
	{" FROM form_files", `^SCAN form_files$`, "the clinic's own forms that are files"},
	{" FROM settings_live v ", `^SCAN v$`, "one row"},
	{" FROM numbers ", `^USE TEMP B-TREE FOR ORDER BY$`, "the patients and threads whose numbers match"},
}

// needed are steps without which a statement would look narrow and walk far: a
// plan does not say how many rows of an index are passed over.
var needed = []struct{ step, why string }{
	{"USING INDEX threads_unread (last_at", "the unread ones among all threads"},
	{"USING INDEX threads_unknown (last_at", "the strangers among all threads"},
	{"USING INDEX messages_started (thread=? AND left_at>?)", "the last days' among all texts of a thread"},
	{"USING INDEX messages_moving (left_at>?)", "the last days' among all texts of whose end nothing was said"},
	{"USING INDEX messages_by_thread (thread=? AND at<?)", "older texts of a thread"},
	{"USING INDEX threads_by_time (last_at>? AND (last_at,id)<(?,?))", "further threads of the inbox"},
	{"USING INDEX patients_by_name ((folded,id)>(?,?))", "further patients"},
}

var walks = regexp.MustCompile(`^SCAN |TEMP B-TREE|AUTOMATIC`)

// TestNoReadWalksWhatGrows has every statement of the doors explained, as it runs
// on a filled clinic. Whatever walks or sorts a table as a whole must be permitted
// above.
func TestNoReadWalksWhatGrows(t *testing.T) {
	if testing.Short() {
		t.Skip("counts the work of one goroutine")
	}
	o := filled(t, 3000)
	s := lookAround(t, o)
	used := make([]bool, len(permitted))
	seen, steps := map[string]bool{}, map[string]bool{}
	look := func(name string) func(sqlite.Statement) {
		return func(st sqlite.Statement) {
			if seen[st.Query] {
				return
			}
			seen[st.Query] = true
			plan, err := st.Plan()
			if err != nil {
				t.Errorf("%s: %s: %v", name, st.Query, err)
			}
			for _, step := range plan {
				steps[step] = true
				if walks.MatchString(step) && !permit(st.Query, step, used) {
					t.Errorf("%s walks: %s\n\tin %s of\n\t%s", name, step, st.File, st.Query)
				}
			}
		}
	}
	for name, requests := range reading(s) {
		for _, request := range requests {
			o.traced(t, name, request, look(name))
		}
	}
	// Who sees less reads by other statements, also where the answer is that there
	// is nothing.
	o.t = t
	for _, role := range clinic.Roles() {
		o.desk.Session().End()
		o.desk.Session().Begin(session.Member{ID: clinic.NewID[clinic.StaffID](), Name: "Somebody", Role: role})
		for name, requests := range reading(s) {
			for _, request := range requests {
				ctx := sqlite.WithTrace(context.Background(), look(name+" for "+string(role)))
				o.doors.Call(ctx, token, name, encode(t, request))
			}
		}
	}
	if len(seen) < 60 {
		t.Errorf("only %d statements were seen", len(seen))
	}
	for _, n := range needed {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(steps)), func(step string) bool { return strings.Contains(step, n.step) }) {
			t.Errorf("%s are not found %s", n.why, n.step)
		}
	}
	for i, p := range permitted {
		if !used[i] {
			t.Errorf("nothing needs the permission for %q in %q", p.step, p.query)
		}
	}
}

// walkedAtStart says what signing in walks as a whole: the tables that decide
// something, to hold them against their digest, and what has a row or a few. They
// grow with patients, with what waits and with what went wrong, never with texts.
var walkedAtStart = regexp.MustCompile(`^(SELECT \* FROM "(afterhours_texts|care_\w+|consents|consent_doubts|consent_requests|consent_rounds|consent_round_patients|exchange_\w+|golive|golive_pictures|golive_trials|incidents|move|number_holds|number_verified|numbers|opt_outs|outbox|patient_numbers|patients|settings_\w+|staff|threads)"$` +
	`|SELECT .* FROM (journal_cursor|meta|exports|lost_files$|settings_line l|staff|care_\w+|outbox o|patient_numbers l|(log|checks) ORDER BY seq DESC LIMIT 1)\b)`)

// TestSigningInWalksPatientsAndNotTexts has every statement of the start explained.
func TestSigningInWalksPatientsAndNotTexts(t *testing.T) {
	if testing.Short() {
		t.Skip("counts the work of one goroutine")
	}
	o := filled(t, 1000)
	o.t = t
	must[door.None](o, "session.lock", nil)
	who := must[desk.State](o, "app.state", nil).Members[0].ID
	seen, walked := 0, map[string]bool{}
	o.traced(t, "session.signIn", desk.SignIn{Member: who, Passphrase: sample.Passphrase}, func(st sqlite.Statement) {
		seen++
		plan, err := st.Plan()
		if err != nil {
			t.Errorf("%s: %v", st.Query, err)
		}
		for _, step := range plan {
			if !walks.MatchString(step) || step == "SCAN CONSTANT ROW" {
				continue
			}
			walked[st.Query] = true
			if !walkedAtStart.MatchString(strings.Join(strings.Fields(st.Query), " ")) {
				t.Errorf("signing in walks: %s\n\tin %s of\n\t%s\n\tif that does not grow with the texts, say so above", step, st.File, st.Query)
			}
		}
	})
	if seen < 20 || len(walked) < 10 {
		t.Errorf("only %d statements were seen, %d of which walk", seen, len(walked))
	}
}

func permit(query, step string, used []bool) bool {
	for i, p := range permitted {
		if strings.Contains(query, p.query) && regexp.MustCompile(p.step).MatchString(step) {
			used[i] = true
			return true
		}
	}
	return false
}

// TestACursorFitsTheQuestionItCameFrom asks each list for a page after a cursor
// that is mangled, or that another question has given.
func TestACursorFitsTheQuestionItCameFrom(t *testing.T) {
	o := filled(t, 3000)
	o.t = t
	s := lookAround(t, o)
	searched := must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Search: "ma", Limit: 1}).Next
	bad := map[string]string{
		"mangled": s.inbox[:len(s.inbox)-1], "another list's": s.patients, "no cursor": "the next page, please",
		"of an older format": "AAAAAAAAAAEAAAAAAAAAAQAAAAAAAAAB",
	}
	refused := func(what, name string, request any) {
		t.Helper()
		if _, code := call[any](o, name, request); code != clinic.CodeBadInput {
			t.Errorf("%s after a cursor that is %s: %q", name, what, code)
		}
	}
	for what, cursor := range bad {
		refused(what, "inbox.list", desk.InboxQuery{View: desk.ViewAll, After: cursor, Limit: 5})
		refused(what, "thread.open", desk.ThreadQuery{ID: s.thread, Before: cursor, Limit: 5})
		if cursor != s.patients {
			refused(what, "patient.list", desk.PatientQuery{After: cursor, Limit: 5})
		}
	}
	refused("another view's", "inbox.list", desk.InboxQuery{View: desk.ViewUnread, After: s.inbox, Limit: 5})
	refused("of no search", "inbox.list", desk.InboxQuery{View: desk.ViewAll, Search: "ma", After: s.inbox, Limit: 5})
	refused("a search's", "inbox.list", desk.InboxQuery{View: desk.ViewAll, After: searched, Limit: 5})
	refused("another thread's", "thread.open", desk.ThreadQuery{ID: s.stranger, Before: s.older, Limit: 5})
	refused("of no search", "patient.list", desk.PatientQuery{Search: "ma", After: s.patients, Limit: 5})
	must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, After: s.inbox, Limit: 7})
}
