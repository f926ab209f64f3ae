package desk_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/golive"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
)

// digitsOn reads the four digits of a trial picture, as whoever holds the phone does: each
// is the one that looks the same at its place.
func digitsOn(t *testing.T, sent []byte) string {
	t.Helper()
	seen := decoded(t, sent)
	digits := make([]byte, 4)
	wide := seen.Bounds().Dx()
	for d := range 10 {
		drawn, err := golive.TrialPicture(strings.Repeat(strconv.Itoa(d), 4))
		if err != nil {
			t.Fatal(err)
		}
		like := decoded(t, drawn.JPEG)
		for at := range digits {
			// The digits take 448 of 640 dots in the middle, below the name.
			left := (wide-448)/2 + at*112
			if sameDots(seen, like, image.Rect(left, 150, left+112, seen.Bounds().Dy())) {
				digits[at] = '0' + byte(d)
			}
		}
	}
	return string(digits)
}

func decoded(t *testing.T, sent []byte) *image.Gray {
	t.Helper()
	drawn, err := jpeg.Decode(bytes.NewReader(sent))
	if err != nil {
		t.Fatal(err)
	}
	return drawn.(*image.Gray)
}

func sameDots(a, b *image.Gray, part image.Rectangle) bool {
	for y := part.Min.Y; y < part.Max.Y; y++ {
		if !bytes.Equal(a.Pix[a.PixOffset(part.Min.X, y):a.PixOffset(part.Max.X, y)], b.Pix[b.PixOffset(part.Min.X, y):b.PixOffset(part.Max.X, y)]) {
			return false
		}
	}
	return true
}

// newest reads the newest trial picture that a phone has.
func (p *provided) newest(t *testing.T, who clinic.Phone) string {
	t.Helper()
	for _, m := range slices.Backward(p.Messages()) {
		if m.To != provider.Address(who) {
			continue
		}
		if m.Body != golive.TrialText() {
			t.Fatalf("it came with %q", m.Body)
		}
		got := p.Pictures(m.SID)
		if len(got) != 1 {
			t.Fatalf("with %d pictures", len(got))
		}
		return digitsOn(t, got[0])
	}
	t.Fatal("no picture came")
	return ""
}

// wrongOf is a number that a picture does not show.
func wrongOf(code string) string {
	if code == "1234" {
		return "4321"
	}
	return "1234"
}

// TestPicturesAreProvenOnTheLine: pictures stay off until somebody typed what the trial
// picture shows on a phone, with all that goes wrong before; another key ends it.
func TestPicturesAreProvenOnTheLine(t *testing.T) {
	dir := t.TempDir()
	clock := clinictest.NewClock(monday)
	p := atProvider(t, clock)
	there := func(cfg *desk.Config) { cfg.Provider = p.url }
	o := openOffice(t, dir, clock, there)
	must[desk.CreatedClinic](o, "clinic.create", desk.CreateClinic{
		ClinicName: "Juniper Family Counseling", OfficePhone: officePhone, Zone: "America/Denver", Language: "en",
		YourName: "Ada Quill", Passphrase: passphrase,
	})
	status := func() desk.Pictures { t.Helper(); return must[desk.Pictures](o, "pictures.status", nil) }
	is := func(what string, want desk.PicturesState) desk.Pictures {
		t.Helper()
		s := status()
		if s.State != want {
			t.Fatalf("%s: %+v, want %s", what, s, want)
		}
		return s
	}
	problem := func(what string, s desk.Pictures, want clinic.Code) {
		t.Helper()
		if s.Problem == nil && want != "" || s.Problem != nil && s.Problem.Code != want {
			t.Errorf("%s: %+v, want %q", what, s.Problem, want)
		}
	}
	mine := desk.TryPictures{Phone: "303 555 0166", Agreed: true}
	problem("before a key", is("before a key", desk.PicturesOff), "golive.no_key")
	o.refused("pictures.try", mine, "golive.no_key")
	whole := simulator.Key{SID: realKey, Secret: realSecret}
	allowed := func(without ...simulator.Permission) {
		t.Helper()
		k := whole
		k.Permissions = slices.DeleteFunc(simulator.Permissions(), func(may simulator.Permission) bool { return slices.Contains(without, may) })
		p.key(t, k)
	}
	allowed()
	must[desk.GoLive](o, "live.useKey", desk.PasteKey{Text: strings.Join([]string{realAccount, realKey, realSecret}, " ")})
	problem("before a number", is("before a number", desk.PicturesOff), "golive.no_number")
	must[desk.GoLive](o, "live.useNumber", desk.UseNumber{Phone: string(realNumber)})
	problem("all is there", is("all is there", desk.PicturesOff), "")

	// What a trial is refused for, before anything is lent.
	account := fine()
	account.Numbers[0].NoMMS = true
	if err := p.SetAccount(account); err != nil {
		t.Fatal(err)
	}
	problem("texts alone", is("texts alone", desk.PicturesUnable), "golive.number_no_pictures")
	o.refused("pictures.try", mine, "golive.number_no_pictures")
	if err := p.SetAccount(fine()); err != nil {
		t.Fatal(err)
	}
	o.refused("pictures.try", desk.TryPictures{Phone: "303 555 0166"}, "golive.trial_agreement")
	o.refused("pictures.try", desk.TryPictures{Phone: "0166", Agreed: true}, "app.bad_phone")
	o.refused("pictures.try", desk.TryPictures{Phone: string(realNumber), Agreed: true}, "golive.own_number")
	must[desk.AddedPatient](o, "patient.add", desk.AddPatient{
		Name: "Marisol Vega", BirthDate: clinic.Date{Year: 1990, Month: 5, Day: 4}, Phone: "3035550142", Language: "en", Zone: "America/Denver",
	})
	o.refused("pictures.try", desk.TryPictures{Phone: string(herPhone), Agreed: true}, "golive.trial_patient")
	allowed(simulator.ManagePictures)
	o.refused("pictures.try", mine, "golive.key_no_pictures")
	allowed(simulator.SendMessages)
	o.refused("pictures.try", mine, "golive.key_no_sending")
	is("a key that may not send", desk.PicturesOff)
	allowed()
	o.refused("pictures.confirm", desk.ConfirmPictures{Code: "1234"}, "golive.no_trial")
	if n, left := len(p.Messages()), p.Lent(); n != 0 || left != 0 {
		t.Fatalf("%d texts went, %d pictures lie there", n, left)
	}

	// Five wrong numbers, with a restart among them.
	s := must[desk.Pictures](o, "pictures.try", mine)
	if s.State != desk.PicturesAsked || s.Phone != "(303) 555-0166" || s.Left != golive.MaxTries || p.Lent() != 1 {
		t.Fatalf("asked: %+v, %d lie there", s, p.Lent())
	}
	clock.Advance(10 * time.Second)
	code := p.newest(t, myPhone)
	for _, name := range []string{"pictures.status", "live.status"} {
		if strings.Contains(o.said(name, nil), code) {
			t.Errorf("%s tells what is to be read on the phone", name)
		}
	}
	for range golive.MaxTries - 1 {
		o.refused("pictures.confirm", desk.ConfirmPictures{Code: wrongOf(code)}, "golive.trial_wrong")
	}
	if err := o.desk.Close(); err != nil {
		t.Fatal(err)
	}
	o = openOffice(t, dir, clock, there)
	ada := must[desk.State](o, "app.state", nil).Members[0]
	must[desk.State](o, "session.signIn", desk.SignIn{Member: ada.ID, Passphrase: passphrase})
	if s := is("after a restart", desk.PicturesAsked); s.Left != 1 {
		t.Errorf("after a restart %d may be wrong", s.Left)
	}
	o.refused("pictures.confirm", desk.ConfirmPictures{Code: wrongOf(code)}, "golive.trial_over")
	o.refused("pictures.confirm", desk.ConfirmPictures{Code: code}, "golive.trial_over")

	// A new one is right at once; what was lent comes back, the one before too.
	must[desk.Pictures](o, "pictures.try", mine)
	clock.Advance(10 * time.Second)
	code = p.newest(t, myPhone)
	if s = must[desk.Pictures](o, "pictures.confirm", desk.ConfirmPictures{Code: " " + code}); s.State != desk.PicturesOn || s.By != "Ada Quill" || s.ProvenAt.IsZero() {
		t.Fatalf("proven: %+v", s)
	}
	if n := p.Lent(); n != 0 {
		t.Errorf("%d pictures lie there still", n)
	}
	problem("proven", is("proven", desk.PicturesOn), "")

	// What cannot be taken back now is at the next look.
	must[desk.Pictures](o, "pictures.off", nil)
	is("switched off", desk.PicturesOff)
	must[desk.Pictures](o, "pictures.try", mine)
	allowed(simulator.ManagePictures)
	if s := must[desk.Pictures](o, "pictures.off", nil); s.State != desk.PicturesOff || p.Lent() != 1 {
		t.Errorf("off with a key that may take nothing back: %+v, %d lie there", s, p.Lent())
	}
	allowed()
	if is("off", desk.PicturesOff); p.Lent() != 0 {
		t.Error("the next look takes nothing back")
	}

	// Another key has proven nothing.
	must[desk.Pictures](o, "pictures.try", mine)
	clock.Advance(10 * time.Second)
	must[desk.Pictures](o, "pictures.confirm", desk.ConfirmPictures{Code: p.newest(t, myPhone)})
	p.key(t, whole, simulator.Key{SID: otherKey, Secret: otherSecret})
	must[door.None](o, "session.confirm", desk.Confirm{Passphrase: passphrase})
	must[desk.GoLive](o, "live.useKey", desk.PasteKey{Text: strings.Join([]string{realAccount, otherKey, otherSecret}, " ")})
	is("another key", desk.PicturesOff)
}
