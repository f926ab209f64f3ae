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

// TestAReplyOfAnAccountThatWasGivenUpBarsNoOther: the key of the first account was revoked
// while a reply was left with it. The set-up goes to another account, with a number and a
// reply of its own.
func TestAReplyOfAnAccountThatWasGivenUpBarsNoOther(t *testing.T) {
	clock := clinictest.NewClock(monday)
	first := atProvider(t, clock)
	otherAccount := strings.Replace(realAccount, "beef", "cafe", 1)
	otherNumber := clinic.Phone("+13035550177")
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

	must[desk.GoLive](o, "live.useKey", desk.PasteKey{Text: strings.Join([]string{otherAccount, otherKey, otherSecret}, " ")})
	if live := must[desk.GoLive](o, "live.useNumber", desk.UseNumber{Phone: string(otherNumber)}); live.Phone != otherNumber.Display() {
		t.Errorf("the number is %q", live.Phone)
	}
	if hours := must[desk.AfterHours](o, "afterHours.save", week()); !hours.Held {
		t.Errorf("the reply of the other account: %+v", hours)
	}
}
