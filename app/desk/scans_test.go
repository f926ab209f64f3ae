package desk_test

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/records"
	"quietline/backend/records/pdf"
)

// photographed is a paper as a scanner's picture.
func photographed(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, 850, 1100))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// signedPDF is a PDF of two pages.
func signedPDF(t *testing.T) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "backend", "records", "pdf", "testdata", "paper.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// bring hands a file in by parts, as the screen does.
func bring(t *testing.T, o *office, file []byte) records.Key {
	t.Helper()
	const part = 300_000
	key := newKey()
	for at := 0; at < len(file); at += part {
		must[door.None](o, "file.part", desk.FilePart{
			Key: key, At: at, Data: base64.StdEncoding.EncodeToString(file[at:min(at+part, len(file))]),
		})
	}
	return key
}

func brought(o *office, address string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	o.desk.Tickets().Before(http.NotFoundHandler()).ServeHTTP(w, httptest.NewRequest("GET", address, nil))
	return w
}

// recordScanned records a consent that a patient signed on paper.
func recordScanned(o *office, line desk.RegisterLine, scan records.Key) (desk.RecordPaper, clinic.ConsentID) {
	signer, name := desk.Signer("patient"), ""
	if line.Minor {
		signer, name = "parent", "Rosa Vega"
	}
	paper := desk.RecordPaper{
		Patient: line.Patient, Form: "2026-2-en", SignedOn: clinic.Date{Year: 2026, Month: 3, Day: 2}, Categories: []desk.Category{"reminders"},
		ToHour: 24, Signer: signer, SignerName: name, Attested: true, Scan: scan,
	}
	return paper, must[desk.RecordedConsent](o, "consent.recordPaper", paper).ID
}

func texts(words []desk.FormBlock) (all []string) {
	for _, w := range words {
		all = append(all, w.Text)
	}
	return all
}

func scansOf(o *office, line desk.RegisterLine) []desk.ScanRow {
	card := must[desk.PatientCard](o, "patient.get", desk.PatientRef{ID: line.Patient})
	return card.Consents[0].Scans
}

func TestAScanIsKeptWithTheConsentOnPaper(t *testing.T) {
	o, _ := cabinet(t)
	line := given(t, o)
	paper := signedPDF(t)
	_, id := recordScanned(o, line, bring(t, o, paper))
	scans := scansOf(o, line)
	if len(scans) != 1 || scans[0].Format != "PDF" || scans[0].Pages < 1 || scans[0].Problem != nil || scans[0].By == "" {
		t.Fatalf("the card shows %+v", scans)
	}
	opened := must[desk.OpenedScan](o, "scan.open", desk.ScanRef{ID: scans[0].ID})
	if w := brought(o, opened.Address); w.Code != 200 || !bytes.Equal(w.Body.Bytes(), paper) || w.Header().Get("Content-Type") != "application/pdf" {
		t.Errorf("the scan came as %d, %d bytes of %s", w.Code, w.Body.Len(), w.Header().Get("Content-Type"))
	}

	before := must[desk.ConsentPaper](o, "paper.consent", desk.MakeConsentPaper{Key: newKey(), ID: id})
	// The words that were signed say whose they are.
	signed := strings.Join(texts(before.Words), "\n")
	if !strings.Contains(signed, before.Patient.Name) || strings.ContainsAny(signed, "{}") {
		t.Errorf("what was signed: %s", signed)
	}
	photo := photographed(t)
	o.clock.Advance(time.Minute)
	card := must[desk.PatientCard](o, "scan.add", desk.AddScan{Key: bring(t, o, photo), Consent: id})
	if scans = card.Consents[0].Scans; len(scans) != 2 || scans[1].Format != "PNG" {
		t.Fatalf("a second one: %+v", scans)
	}
	// A paper from before says what is kept no more, and why.
	v := must[desk.VerifiedPaper](o, "paper.verify", desk.VerifyPaper{Code: before.Code})
	if v.Finding != "changed" || len(v.Since) != 1 || v.Since[0].What != "scanned" {
		t.Errorf("the paper from before: %+v", v)
	}
	after := must[desk.ConsentPaper](o, "paper.consent", desk.MakeConsentPaper{Key: newKey(), ID: id})
	if len(after.Scans) != 2 || after.Code == before.Code {
		t.Errorf("the record has %d scans and the code %s", len(after.Scans), after.Code)
	}

	// The wrong paper is put aside, and nobody opens it any more.
	card = must[desk.PatientCard](o, "scan.putAside", desk.ScanRef{ID: scans[1].ID})
	if left := card.Consents[0].Scans; len(left) != 1 || left[0].ID != scans[0].ID {
		t.Errorf("left are %+v", left)
	}
	if _, code := call[desk.OpenedScan](o, "scan.open", desk.ScanRef{ID: scans[1].ID}); code != clinic.CodeNotFound {
		t.Errorf("it opens: %q", code)
	}
}

func TestAScanThatIsMissingIsSaidToBe(t *testing.T) {
	o, _ := cabinet(t)
	line := given(t, o)
	known := map[string]bool{}
	files := func(each func(path string)) {
		t.Helper()
		if err := filepath.WalkDir(filepath.Join(o.dir, "clinic", "blobs"), func(path string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				each(path)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	files(func(path string) { known[path] = true })
	recordScanned(o, line, bring(t, o, photographed(t)))
	files(func(path string) {
		if !known[path] {
			raw, err := os.ReadFile(path)
			if err == nil {
				raw[len(raw)/2] ^= 1
				err = os.WriteFile(path, raw, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	})
	scan := scansOf(o, line)[0]
	if _, code := call[desk.OpenedScan](o, "scan.open", desk.ScanRef{ID: scan.ID}); code != blob.CodeDamaged {
		t.Errorf("a flipped bit: %q", code)
	}
	if scan = scansOf(o, line)[0]; scan.Problem == nil || scan.Problem.Code != blob.CodeDamaged {
		t.Errorf("the card says %+v", scan)
	}
	// Health counts it and leads to its patient.
	lost := must[desk.LostAttachments](o, "health.attachments", nil)
	if len(lost.Items) != 1 || lost.Items[0].Patient != line.Patient || lost.Items[0].Problem.Code != blob.CodeDamaged {
		t.Errorf("health lists %+v", lost.Items)
	}
	if h := must[desk.Health](o, "health.status", nil); h.LostAttachments != 1 {
		t.Errorf("health counts %d", h.LostAttachments)
	}
	files(func(path string) {
		if !known[path] {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}
	})
	if _, code := call[desk.OpenedScan](o, "scan.open", desk.ScanRef{ID: scan.ID}); code != blob.CodeMissing {
		t.Errorf("a file that is gone: %q", code)
	}
}

func TestWhatIsNoScanIsRefused(t *testing.T) {
	o, _ := cabinet(t)
	line := given(t, o)
	pages := bytes.Repeat([]byte("%PDF-1.7\n"), 100)
	paper, id := recordScanned(o, line, records.Key{})
	for name, c := range map[string]struct {
		file []byte
		want clinic.Code
	}{
		"words":            {[]byte("a letter"), consent.CodeScanType},
		"a sound":          {[]byte("ID3 and more than that"), consent.CodeScanType},
		"an iPhone's":      {[]byte("\x00\x00\x00\x18ftypheic and more"), consent.CodeScanHEIC},
		"no PDF after all": {pages, pdf.CodeNotReadable},
		"a cut picture":    {photographed(t)[:200], "media.unreadable"},
	} {
		key := bring(t, o, c.file)
		if _, code := call[desk.PatientCard](o, "scan.add", desk.AddScan{Key: key, Consent: id}); code != c.want {
			t.Errorf("%s: %q", name, code)
		}
		paper.Scan = key
		if _, code := call[desk.RecordedConsent](o, "consent.recordPaper", paper); code != c.want {
			t.Errorf("%s with the paper: %q", name, code)
		}
	}
	if scans := scansOf(o, line); len(scans) != 0 {
		t.Errorf("kept are %+v", scans)
	}
	if _, code := call[desk.PatientCard](o, "scan.add", desk.AddScan{Key: newKey(), Consent: id}); code != records.CodeGone {
		t.Errorf("a file that never came: %q", code)
	}
	// A file that is too long is given up while it comes.
	key, part := newKey(), base64.StdEncoding.EncodeToString(make([]byte, 512<<10))
	var code clinic.Code
	for at := 0; at <= consent.MaxScan && code == ""; at += 512 << 10 {
		_, code = call[door.None](o, "file.part", desk.FilePart{Key: key, At: at, Data: part})
	}
	if code != blob.CodeTooLarge {
		t.Errorf("a file without end: %q", code)
	}
}

func TestAFormThatIsAFileSaysWhatEveryFormDoes(t *testing.T) {
	o, _ := cabinet(t)
	file := signedPDF(t)
	wanted := must[desk.FormWanted](o, "form.wanted", desk.FormKind{})
	form := desk.AttachForm{Key: bring(t, o, file), Language: "en", Source: "approved by Lee & Park, 3 March"}
	for _, q := range wanted.Items {
		form.Present = append(form.Present, q.Key)
	}
	for i, q := range wanted.Items {
		less := form
		less.Present = slices.Delete(slices.Clone(form.Present), i, i+1)
		if _, code := call[desk.FormList](o, "form.attach", less); code != consent.CodeStatements {
			t.Errorf("without %s: %q", q.Key, code)
		}
	}
	more := form
	more.Present = append(slices.Clone(form.Present), "a_promise")
	if _, code := call[desk.FormList](o, "form.attach", more); code != clinic.CodeBadInput {
		t.Errorf("with something that no form has: %q", code)
	}
	all := must[desk.FormList](o, "form.attach", form)
	added := all.Items[0]
	if !added.Own || !added.Draft || added.Pages < 1 || len(added.Hash) != 64 || added.Source != form.Source {
		t.Fatalf("added was %+v", added)
	}
	if w := brought(o, must[desk.OpenedForm](o, "form.open", desk.FormRef{Version: added.Version}).Address); !bytes.Equal(w.Body.Bytes(), file) {
		t.Errorf("%d bytes of %d came back", w.Body.Len(), len(file))
	}
	// It is printed as it is, recorded from paper, and never signed on the screen.
	line := given(t, o)
	printed := must[desk.FormPaper](o, "paper.form", desk.MakeFormPaper{Key: newKey(), Form: added.Version, Patient: line.Patient})
	if printed.Code != "" || len(printed.Words) != 0 || printed.Hash != added.Hash {
		t.Errorf("printed was %+v", printed)
	}
	sign := desk.SignConsent{
		Patient: line.Patient, Form: added.Version, Signer: "patient", Typed: line.Name, Scope: desk.ConsentScope{Categories: []desk.Category{"reminders"}, ToHour: 24},
	}
	if _, code := call[desk.PatientCard](o, "consent.sign", sign); code != consent.CodeForm {
		t.Errorf("on the screen: %q", code)
	}
}

func TestAPrintedFormIsFoundByItsCode(t *testing.T) {
	o, _ := cabinet(t)
	line := given(t, o)
	printed := func(patient clinic.PatientID) desk.FormPaper {
		t.Helper()
		return must[desk.FormPaper](o, "paper.form", desk.MakeFormPaper{Key: newKey(), Form: "2026-2-es", Patient: patient})
	}
	verify := func(code string) desk.VerifiedPaper {
		t.Helper()
		return must[desk.VerifiedPaper](o, "paper.verify", desk.VerifyPaper{Code: code})
	}
	first, second, blank := printed(line.Patient), printed(line.Patient), printed(clinic.PatientID{})
	if first.Code == second.Code || first.Code == "" {
		t.Errorf("two copies bear %q and %q", first.Code, second.Code)
	}
	if v := verify(strings.ToLower(first.Code)); v.Finding != "matches" || v.Copy == nil || v.Copy.Patient == nil || v.Copy.Patient.ID != line.Patient || v.Form != "2026-2-es" || v.MadeBy == "" {
		t.Errorf("the copy for a patient: %+v", v)
	}
	if v := verify(blank.Code); v.Finding != "matches" || v.Copy == nil || v.Copy.Patient != nil {
		t.Errorf("the blank one: %+v", v)
	}
	code, check := first.Code[:len(first.Code)-5], first.Code[len(first.Code)-4:]
	if v := verify(code); v.Finding != "unchecked" {
		t.Errorf("without its check: %+v", v)
	}
	other := strings.Map(func(r rune) rune { return map[bool]rune{true: '1', false: '0'}[r == '0'] }, check)
	if v := verify(code + "-" + other); v.Finding != "differs" {
		t.Errorf("with another check: %+v", v)
	}
}
