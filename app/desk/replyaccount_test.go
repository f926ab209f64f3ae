package desk_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"quietline/app/desk"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
)

const otherNumber = clinic.Phone("+13035550177")

var otherAccount = strings.Replace(realAccount, "beef", "cafe", 1)

// betweenAccounts is an office that has left a reply with an account whose key was revoked
// since. There is another account.
func betweenAccounts(t *testing.T) (*office, *provided) {
	t.Helper()
	clock := clinictest.NewClock(monday)
	first := atProvider(t, clock)
	second, err := simulator.New(simulator.Config{
		Account: provider.Account(otherAccount), KeySID: otherKey, KeySecret: otherSecret, Seed: 4, Clock: clock, Numbers: []simulator.Number{{Phone: otherNumber}},
	})
	if err != nil {
		t.Fatal(err)
	}
	both := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if key, _, _ := r.BasicAuth(); key == otherKey {
			second.ServeHTTP(w, r)
			return
		}
		first.ServeHTTP(w, r)
	}))
	t.Cleanup(both.Close)
	o := openOffice(t, t.TempDir(), clock, func(cfg *desk.Config) { cfg.Provider = both.URL })
	must[desk.CreatedClinic](o, "clinic.create", desk.CreateClinic{
		ClinicName: "Juniper Family Counseling", OfficePhone: officePhone, Zone: "America/Denver", Language: "en",
		YourName: "Ada Quill", Passphrase: passphrase,
	})
	must[desk.GoLive](o, "live.useKey", desk.PasteKey{Text: strings.Join([]string{realAccount, realKey, realSecret}, " ")})
	must[desk.GoLive](o, "live.useNumber", desk.UseNumber{Phone: string(realNumber)})
	must[desk.AfterHours](o, "afterHours.save", week())
	first.key(t, simulator.Key{SID: realKey, Secret: "revoked and made anew for another"})
	return o, first
}

// TestAReplyOfAnAccountThatWasGivenUpBarsNoOther: the set-up goes to another account, with
// a number and a reply of its own.
func TestAReplyOfAnAccountThatWasGivenUpBarsNoOther(t *testing.T) {
	o, _ := betweenAccounts(t)
	must[desk.GoLive](o, "live.useKey", desk.PasteKey{Text: strings.Join([]string{otherAccount, otherKey, otherSecret}, " ")})
	if live := must[desk.GoLive](o, "live.useNumber", desk.UseNumber{Phone: string(otherNumber)}); live.Phone != otherNumber.Display() {
		t.Errorf("the number is %q", live.Phone)
	}
	if hours := must[desk.AfterHours](o, "afterHours.save", week()); !hours.Held || hours.Behind {
		t.Errorf("the reply of the other account: %+v", hours)
	}
}

// TestWhatAnEarlierAccountAnswersIsSaid: it is nothing that the hours of the next one can
// end, and keeps nobody from switching these off. Its own key can.
func TestWhatAnEarlierAccountAnswersIsSaid(t *testing.T) {
	o, first := betweenAccounts(t)
	direct := first.client(t)
	key := func(parts ...string) {
		t.Helper()
		must[desk.GoLive](o, "live.useKey", desk.PasteKey{Text: strings.Join(parts, " ")})
	}
	behind := func(hours desk.AfterHours, want bool) {
		t.Helper()
		if hours.Behind != want || hours.Held {
			t.Errorf("an earlier account answers: %v, and this one: %v", hours.Behind, hours.Held)
		}
	}
	off := week()
	off.On = false
	key(otherAccount, otherKey, otherSecret)
	behind(must[desk.AfterHours](o, "afterHours.get", nil), true)
	must[desk.GoLive](o, "live.useNumber", desk.UseNumber{Phone: string(otherNumber)})
	behind(must[desk.AfterHours](o, "afterHours.save", off), true)

	first.key(t, simulator.Key{SID: realKey, Secret: realSecret})
	if on, err := direct.Responds(t.Context(), realNumber); err != nil || !on {
		t.Fatalf("the first answers: %v, %v", on, err)
	}
	key(realAccount, realKey, realSecret)
	must[desk.GoLive](o, "live.useNumber", desk.UseNumber{Phone: string(realNumber)})
	behind(must[desk.AfterHours](o, "afterHours.save", off), false)
	if on, err := direct.Responds(t.Context(), realNumber); err != nil || on {
		t.Errorf("the first answers after it was taken back: %v, %v", on, err)
	}
}
