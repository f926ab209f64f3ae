package provider_test

import (
	"bufio"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// numbers reads the provider's list of reasons.
func numbers(t *testing.T) map[int]provider.Retry {
	t.Helper()
	file, err := os.Open("testdata/numbers.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	all := map[int]provider.Retry{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		fields := strings.Fields(lines.Text())
		number, err := strconv.Atoi(fields[0])
		if err != nil || len(fields) < 3 {
			t.Fatalf("unreadable: %q", lines.Text())
		}
		all[number] = provider.Retry(fields[1])
	}
	return all
}

// Every number of the provider's list has a meaning of its own, with sentences
// (package app holds those against the codes), and the class that it should.
func TestEveryNumberIsExplained(t *testing.T) {
	listed := numbers(t)
	if len(listed) != 39 {
		t.Errorf("%d numbers are listed", len(listed))
	}
	for number, class := range listed {
		r, known := provider.Refusal(number)
		if !known {
			t.Errorf("%d is not known", number)
		}
		explained := provider.Explain(number)
		if explained.Retry != class || r.Retry != class {
			t.Errorf("%d: %s and %s, want %s", number, explained.Retry, r.Retry, class)
		}
		for _, code := range []clinic.Code{r.Code, explained.Code} {
			if !slices.Contains(provider.Codes(), code) {
				t.Errorf("%d: %s is not among the codes", number, code)
			}
		}
		if explained.Code == provider.CodeNotDelivered && number != 30008 {
			t.Errorf("%d has no words of its own", number)
		}
	}
	if r := provider.Explain(29999); r != (provider.Reason{Code: provider.CodeNotDelivered, Retry: provider.Ask}) {
		t.Errorf("an unknown number: %+v", r)
	}
	if _, known := provider.Refusal(29999); known {
		t.Error("an unknown number passes for a known one")
	}
}

// A limit that was met before the text left is one to wait for; met on the way,
// it is why the text did not arrive.
func TestALimitIsReadByWhereItWasMet(t *testing.T) {
	for _, number := range []int{14107, 20429, 21611, 30001, 30022, 30027, 63038} {
		if r, _ := provider.Refusal(number); r.Code != provider.CodeBusy {
			t.Errorf("%d as an answer: %s", number, r.Code)
		}
		if r := provider.Explain(number); r.Code == provider.CodeBusy && number != 20429 {
			t.Errorf("%d beside a message: %s", number, r.Code)
		}
	}
}

func TestATextThatCameInIsNotCalledUndelivered(t *testing.T) {
	for number := range numbers(t) {
		want := provider.CodeNotPassedOn
		if number == 30039 {
			want = provider.CodeLoopStopped
		}
		if r := provider.ExplainInbound(number); r.Code != want {
			t.Errorf("%d: %s", number, r.Code)
		}
	}
}

func TestRetryOf(t *testing.T) {
	numbered := func(code clinic.Code, number int) error { return clinic.E(code).With("provider_code", number) }
	for _, c := range []struct {
		name string
		err  error
		want provider.Retry
	}{
		{"offline", clinic.E(provider.CodeOffline), provider.Later},
		{"busy", numbered(provider.CodeBusy, 30027), provider.Later},
		{"busy without a number", clinic.E(provider.CodeBusy), provider.Later},
		{"a revoked key", numbered(provider.CodeUnauthorised, 20003), provider.Later},
		{"cancelled in time", clinic.E(clinic.CodeCancelled), provider.Later},
		{"opted out", numbered(provider.CodeOptedOut, 21610), provider.Never},
		{"too long", clinic.E(provider.CodeTooLong), provider.Never},
		{"unregistered", numbered(provider.CodeUnregistered, 30034), provider.Never},
		{"refused for a known reason", numbered(provider.CodeRefused, 30004), provider.Never},
		{"refused for an unknown reason", numbered(provider.CodeRefused, 29999), provider.Ask},
		{"a number without pictures", numbered(provider.CodeNoPictures, 21621), provider.Never},
		{"an address that is none", numbered(provider.CodeRefused, 21620), provider.Ask},
		{"refused without a number", clinic.E(provider.CodeRefused), provider.Ask},
		{"the answer was lost", clinic.E(provider.CodeUnknown), provider.Ask},
		{"a stranger", errors.New("x"), provider.Ask},
	} {
		if got := provider.RetryOf(c.err); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		// What goes again unasked did not leave.
		if got := provider.RetryOf(c.err); got == provider.Later && provider.OutcomeOf(c.err) != provider.NotSent {
			t.Errorf("%s would go again although it may have left", c.name)
		}
	}
}
