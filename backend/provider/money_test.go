package provider_test

import (
	"testing"

	"quietline/backend/provider"
)

func TestParseMoney(t *testing.T) {
	for amount, want := range map[string]int64{
		"0": 0, "-0.00830": -8300, "-0.0083": -8300, "1": 1_000_000, "12.345678": 12_345_678, "0.0000004": 0, "0.0000006": 1,
	} {
		if m, ok := provider.ParseMoney(amount, "usd"); !ok || m.Millionths != want || m.Currency != "USD" {
			t.Errorf("%s is %+v, %v", amount, m, ok)
		}
	}
	for _, amount := range []string{"", "free", "NaN", "Inf", "1e30", "1,5"} {
		if _, ok := provider.ParseMoney(amount, "USD"); ok {
			t.Errorf("%q passes for an amount", amount)
		}
	}
	if !(provider.Money{}).IsZero() || (provider.Money{Currency: "USD"}).IsZero() {
		t.Error("an amount of nothing and none at all are not told apart")
	}
}
