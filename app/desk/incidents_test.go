package desk_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/incidents"
)

// TestAnIncidentOfAnothersPatientIsNoMoreThanThat reports a text as the privacy officer,
// and looks at it as everybody: who may not read the conversation learns that there is
// an incident, and nothing of it.
func TestAnIncidentOfAnothersPatientIsNoMoreThanThat(t *testing.T) {
	o := filled(t, 300)
	o.t = t
	thread, sent, words := sentText(o)
	page := must[desk.ThreadPage](o, "thread.open", desk.ThreadQuery{ID: thread, Around: sent, Limit: 5})
	id := clinic.NewID[incidents.ID]()
	report := desk.ReportIncident{
		ID: id, Message: sent, About: page.Patient.ID, Recipient: "stranger", Contents: []desk.IncidentContent{"health"},
		Done: []desk.IncidentDeed{"called"}, Words: "Said over the phone",
	}
	made := must[desk.Incident](o, "incident.report", report)
	if !made.Row.Pauses || made.Row.About.ID != page.Patient.ID || len(made.Row.Due) != 2 || made.Row.Due[1].Left != 60 || len(made.Steps) != 1 {
		t.Fatalf("reported: %+v", made)
	}
	card := must[desk.PatientCard](o, "patient.get", desk.PatientRef{ID: page.Patient.ID})
	if len(card.Disclosures) != 1 || card.Disclosures[0].Incident != id.String() || card.Disclosures[0].Recipient != "stranger" {
		t.Errorf("her accounting: %+v", card.Disclosures)
	}
	for _, m := range must[desk.ThreadPage](o, "thread.open", desk.ThreadQuery{ID: thread, Around: sent, Limit: 5}).Messages {
		if (m.ID == sent) != (m.Incident == id.String()) {
			t.Errorf("the text %v bears incident %v", m.ID, m.Incident)
		}
	}
	paper := must[desk.IncidentPaper](o, "paper.incident", desk.MakeIncidentPaper{Key: [16]byte{7}, ID: id})
	raw, err := json.Marshal(paper)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, encode(t, words)) {
		t.Error("the words of the text are on the page")
	}

	saw := map[bool]int{}
	for _, m := range must[desk.State](o, "app.state", nil).Members {
		must[door.None](o, "session.lock", nil)
		o.mustSignIn(t, m.ID)
		_, code := call[desk.ThreadPage](o, "thread.open", desk.ThreadQuery{ID: thread, Limit: 5})
		list := must[desk.IncidentList](o, "incident.list", nil)
		if len(list.Items) != 1 {
			t.Fatalf("%s: %+v", m.Role, list)
		}
		// Whoever closes incidents is told at each sign-in that one waits.
		standing, told := call[desk.IncidentStanding](o, "incident.standing", nil)
		if (told == "") != (m.Role == "privacy_officer") || told == "" && standing.Open != 1 {
			t.Errorf("%s: %q, %+v", m.Role, told, standing)
		}
		reads := code == ""
		saw[reads]++
		if reads == list.Items[0].Hidden {
			t.Errorf("%s: thread %q, %+v", m.Role, code, list.Items[0])
		}
		if _, code := call[desk.Incident](o, "incident.get", desk.IncidentRef{ID: id}); (code == "") != reads {
			t.Errorf("%s opens it: %q", m.Role, code)
		}
		if _, code := call[desk.Incident](o, "incident.decideNumber", desk.DecideNumber{ID: id}); !reads && code != clinic.CodeNotFound {
			t.Errorf("%s decides about it: %q", m.Role, code)
		}
		if reads {
			continue
		}
		bare := desk.IncidentRow{Hidden: true, Found: list.Items[0].Found, Due: []desk.IncidentDue{}, Contents: []desk.IncidentContent{}}
		if got, want := encode(t, list.Items[0]), encode(t, bare); !bytes.Equal(got, want) {
			t.Errorf("%s learns %s", m.Role, got)
		}
	}
	if saw[true] == 0 || saw[false] == 0 {
		t.Errorf("%d read the conversation, %d do not", saw[true], saw[false])
	}
	closedWithTheReportDue(o, id)
}

// closedWithTheReportDue walks an incident to its end as the privacy officer: it is a
// breach, the patient knows, and the department is told after the year's end.
func closedWithTheReportDue(o *office, id incidents.ID) {
	o.t.Helper()
	must[door.None](o, "session.lock", nil)
	o.mustSignIn(o.t, memberAs(o, "privacy_officer"))
	found := must[desk.Incident](o, "incident.get", desk.IncidentRef{ID: id}).Row.Found
	must[desk.Incident](o, "incident.decideNumber", desk.DecideNumber{ID: id, Right: true})
	must[desk.Incident](o, "incident.assess", desk.AssessIncident{ID: id, Conclusion: "breach", Factors: desk.IncidentFactors{
		Nature: "A visit", Recipient: "A stranger", Viewed: "Read", Mitigation: "Deleted",
	}})
	if told := must[desk.Incident](o, "incident.tell", desk.TellOfIncident{ID: id, Whom: "patient", On: found}); !told.Row.Closes {
		o.t.Errorf("once the patient knows: %+v", told.Row)
	}
	closed := must[desk.Incident](o, "incident.close", desk.CloseIncident{ID: id}).Row
	if closed.ClosedAt == 0 || closed.Closes || len(closed.Due) != 1 || closed.Due[0].Task != "hhs" {
		o.t.Errorf("closed: %+v", closed)
	}
	if list := must[desk.IncidentList](o, "incident.list", nil); list.Items[0].Due == nil {
		o.t.Errorf("the list: %+v", list)
	}
	if told := must[desk.Incident](o, "incident.tell", desk.TellOfIncident{ID: id, Whom: "hhs", On: found}); len(told.Row.Due) != 0 {
		o.t.Errorf("once the department knows: %+v", told.Row.Due)
	}
}

// memberAs is the first member with a role.
func memberAs(o *office, role desk.RoleName) clinic.StaffID {
	o.t.Helper()
	for _, m := range must[desk.State](o, "app.state", nil).Members {
		if m.Role == role {
			return m.ID
		}
	}
	o.t.Fatalf("nobody is %s", role)
	return clinic.StaffID{}
}

// sentText finds a text that reached a patient, and its words.
func sentText(o *office) (clinic.ThreadID, clinic.MessageID, string) {
	o.t.Helper()
	for _, row := range must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 50}).Items {
		if row.Patient == nil {
			continue
		}
		for _, m := range must[desk.ThreadPage](o, "thread.open", desk.ThreadQuery{ID: row.ID, Limit: 50}).Messages {
			if m.Way == desk.Out && m.Origin == "" && m.State == desk.StateDelivered && m.Body != "" {
				return row.ID, m.ID, m.Body
			}
		}
	}
	o.t.Fatal("no text of the sample clinic reached a patient")
	return clinic.ThreadID{}, clinic.MessageID{}, ""
}
