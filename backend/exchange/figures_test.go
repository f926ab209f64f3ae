package exchange_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/patients"
	"quietline/backend/phi"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

var (
	firsts = strings.Fields("Ada Bruno Carla Dario Elena Farid Greta Hassan Ines Jonas Karim Lena Milo Nadia Omar Petra Quinn Rosa Samir Tova")
	lasts  = strings.Fields("Abbott Brandt Castillo Dvorak Ekberg Fournier Garza Holm Ivanov Jansen Keller Lindgren Moreau Nakamura Okoye Paredes Quist Rossi Sandoval Tanaka")
)

// BenchmarkFigures measures what a person waits for while she types, for the runner:
// the check of the words in the longest text, against 20,000 patients, where every
// word of it is part of somebody's name, and the decision alone.
func BenchmarkFigures(b *testing.B) {
	const many = 20_000
	ctx := context.Background()
	c := journaltest.New(b, patients.Projection(), patients.Care())
	for from := 0; from < many; from += 200 {
		if _, err := c.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
			for i := from; i < from+200; i++ {
				name := fmt.Sprintf("%s %s %s", firsts[i%20], lasts[i/20%20], lasts[i/400%20])
				if _, err := patients.Add(d, patients.New{
					Name: name, BirthDate: clinic.Date{Year: 1980, Month: time.May, Day: 1}, Language: clinic.English,
					Zone: "America/Denver", Phone: clinic.Phone(fmt.Sprintf("+1303555%04d", i%10_000)), Shared: true,
				}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
	var longest string
	for i := 0; len(longest) < 1500; i++ {
		longest += firsts[i%20] + " " + lasts[i*7%20] + " 303-555-0142, "
	}
	b.Run("words", func(b *testing.B) {
		var all []time.Duration
		for range 200 {
			began := time.Now()
			if err := c.Read(ctx, func(tx *sqlite.Tx) error {
				text := phi.Read(longest)
				pairs, phones, err := patients.Mentions(tx, patients.SeeAll(), clinic.PatientID{}, text.Words(), text.Phones())
				phi.Judge(text.Marks(phi.Others{Pairs: pairs, Phones: phones}), policy.Scheduling, phi.Wishes{})
				return err
			}); err != nil {
				b.Fatal(err)
			}
			all = append(all, time.Since(began))
		}
		slices.Sort(all)
		b.ReportMetric(float64(all[len(all)*95/100].Microseconds())/1000, "ours/ms")
		b.ReportMetric(10, "limit")
	})
}
