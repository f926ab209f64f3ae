package sample

import (
	"time"

	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/policy"
)

// renewedAfter is after how many half weeks a paper is signed again: three weeks
// before its year is over.
const renewedAfter = 2 * 49

// step is something that happens to a patient's consent at the desk.
type step struct {
	half    int
	narrows bool
	record  func(d *journal.Decision, p *patient) error
}

// saying is a text of a patient that belongs to no conversation.
type saying struct {
	half int
	body string
}

// live lays down when the patient came, what became of the consent, and until
// when there are conversations.
func (p *patient) live(cal *calendar) {
	p.silent = cal.halfs
	if p.since > 0 {
		p.joined = cal.ago(p.since)
	}
	var last []step
	switch p.story {
	case unasked:
		return
	case asked:
		// The form is out, and she has said on the phone that texts are welcome.
		p.steps = []step{{half: p.joined, record: request}, {half: cal.ago(1), record: note}}
		return
	case answered:
		p.steps = []step{{half: p.joined, record: request}, {half: cal.ago(3), record: answer}}
		return
	case ended:
		p.joined, p.silent = cal.ago(60), cal.ago(8)
		p.steps = []step{{half: p.joined, record: sign}}
		return
	case ending:
		p.joined = cal.ago(50)
		p.steps = []step{{half: p.joined, record: sign}}
		return
	case narrowed:
		last = []step{{half: cal.ago(9), narrows: true, record: narrow}}
	case calledOff:
		last = []step{{half: cal.ago(14), record: revoke(consent.ByCall)}}
		p.silent = last[0].half
	case toldOff:
		last = []step{{half: cal.ago(6), record: revoke(consent.InPerson)}}
		p.silent = last[0].half
	case grownUp:
		last = []step{{half: cal.ago(1), record: pause}}
		p.silent = last[0].half
	case stopped:
		p.silent = cal.ago(4)
		p.says = []saying{{p.silent, "STOP"}}
	case returned:
		p.says = []saying{{cal.ago(20), "Stop please"}, {cal.ago(19), "START"}}
		last = []step{{half: cal.ago(18), record: sign}}
	case choosy, unreached, overheld, misdialled:
		p.silent = cal.ago(3)
	}
	if len(last) > 0 {
		p.joined = min(p.joined, max(0, last[0].half-2*12))
	}
	for half := p.joined; half < p.silent && (len(last) == 0 || half < last[0].half); half += renewedAfter {
		p.steps = append(p.steps, step{half: half, record: sign})
	}
	p.steps = append(p.steps, last...)
}

// form is the version of the form in the patient's language.
func (p *patient) form() string {
	if p.language == es {
		return "2026-1-es"
	}
	return "2026-1-en"
}

func sign(d *journal.Decision, p *patient) error {
	paper := consent.Paper{
		Patient: p.added.Patient, Form: p.form(), SignedOn: clinic.DateOf(d.Now.Time().In(p.there)), Scope: p.scope,
		Signer: consent.SignedByPatient, SignerName: p.name, Attested: true,
	}
	if p.guardian != "" {
		paper.Signer, paper.SignerName = consent.SignedByParent, p.guardian
	}
	var err error
	p.consent, err = consent.RecordPaper(d, paper)
	return err
}

func request(d *journal.Decision, p *patient) error {
	var err error
	p.consent, err = consent.Request(d, p.added.Patient, p.form())
	return err
}

func note(d *journal.Decision, p *patient) error {
	_, err := consent.Note(d, p.added.Patient)
	return err
}

func answer(d *journal.Decision, p *patient) error { return consent.Answered(d, p.consent) }

func pause(d *journal.Decision, p *patient) error { return consent.Pause(d, p.consent, policy.HoldAge) }

func revoke(how consent.How) func(*journal.Decision, *patient) error {
	return func(d *journal.Decision, p *patient) error { return consent.Revoke(d, p.consent, how) }
}

func narrow(d *journal.Decision, p *patient) error {
	smaller := p.scope
	smaller.Categories = []policy.Category{policy.Reminders}
	return consent.Narrow(d, p.consent, smaller, consent.ByCall)
}

// sayings returns what patients write in a half week of their own accord.
func (p *plan) sayings(half int) []text {
	var texts []text
	for _, who := range p.people {
		for _, s := range who.says {
			if s.half == half {
				texts = append(texts, text{
					at:  clinic.At(p.cal.start(half).AddDate(0, 0, 1).Add(18*time.Hour + 42*time.Minute)),
					who: who.n, talk: -1 - who.n, body: s.body, sid: drawSID(random(p.seed, "saying", who.n<<8|half)),
				})
			}
		}
	}
	return texts
}
