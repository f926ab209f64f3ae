package provider

import (
	"math"
	"strconv"
	"strings"
)

// Money is an amount in millionths of a currency's unit: a text costs a fraction
// of a cent.
type Money struct {
	Millionths int64
	Currency   string // ISO 4217
}

// IsZero reports that no amount is known.
func (m Money) IsZero() bool { return m == Money{} }

// ParseMoney reads an amount as providers write it, and false where it is none.
// What is finer than a millionth is rounded.
func ParseMoney(amount, currency string) (Money, bool) {
	f, err := strconv.ParseFloat(amount, 64)
	if err != nil || math.IsNaN(f) || math.Abs(f) > 1e9 {
		return Money{}, false
	}
	return Money{Millionths: int64(math.Round(f * 1e6)), Currency: strings.ToUpper(currency)}, true
}
