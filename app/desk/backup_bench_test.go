package desk_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/sample"
	"quietline/backend/vault"
)

// aDay is about how many things are recorded one by one on a day of a clinic with a
// million texts: some hundred texts with what becomes of each, and who looked.
const aDay = 3000

// BenchmarkBackup copies the clinic that BenchmarkMake made, copies what a day adds,
// reads all of it back, and restores it. It changes the clinic.
func BenchmarkBackup(b *testing.B) {
	m := measure(b)
	ctx := context.Background()
	must := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	v, err := vault.Load(ctx, vault.Config{Dir: m.dir, Secrets: m.secrets, Clock: m.clock, Work: vault.Sample})
	must(err)
	me := v.Members()[0]
	keys, err := v.Unlock(ctx, me.ID, []byte(sample.Passphrase))
	must(err)
	sheet := vault.NewRecovery()
	typed := map[int]string{}
	for i, word := range sheet.Words() {
		typed[i+1] = word
	}
	must(v.ReplaceRecovery(ctx, keys, sheet, typed))
	c, err := folder.Open(ctx, folder.Config{Dir: m.dir, Keys: keys, Clock: m.clock})
	must(err)
	defer c.Abandon()

	root := b.TempDir()
	config := backup.Config{Dir: filepath.Join(root, "backup")}
	must(backup.Create(ctx, config, keys))
	target := backup.NewTarget(config)
	run := func() (backup.Result, float64) {
		src, err := c.Source(v, clinic.SystemClock())
		must(err)
		began := time.Now()
		r, err := target.Run(ctx, src, nil)
		must(err)
		return r, time.Since(began).Seconds()
	}
	first, took := run()
	b.Run("first", func(b *testing.B) { figure(b, "s", 0, took) })
	b.Run("events", func(b *testing.B) { figure(b, "events", 0, float64(first.Events)) })
	log, err := os.Stat(filepath.Join(m.dir, "journal.db"))
	must(err)
	b.Run("size", func(b *testing.B) { figure(b, "of-the-log", 1, float64(first.Written)/float64(log.Size())) })

	for n := range aDay {
		_, err := c.Journal.Submit(ctx, journal.Actor{Staff: me.ID}, func(d *journal.Decision) error {
			_, err := patients.Add(d, patients.New{
				Name: fmt.Sprintf("Somebody %d", n), BirthDate: clinic.Date{Year: 1990, Month: 5, Day: 4}, Language: clinic.English,
				Zone: "America/Denver", Phone: clinic.Phone(fmt.Sprintf("+1970%07d", 5550100+n)), Shared: true,
			})
			return err
		})
		must(err)
	}
	day, took := run()
	b.Run("day", func(b *testing.B) { figure(b, "s", 10, took) })
	b.Run("day-written", func(b *testing.B) { figure(b, "MiB", 0, float64(day.Written)/(1<<20)) })
	want, err := c.Journal.ContentHash(ctx)
	must(err)

	from, err := backup.Open(ctx, config, backup.BySheet(sheet))
	must(err)
	defer from.Close()
	began := time.Now()
	report, err := from.Verify(ctx, nil)
	must(err)
	if len(report.Problems) > 0 {
		b.Fatal("the backup is damaged")
	}
	verified := time.Since(began).Seconds()
	b.Run("verify", func(b *testing.B) { figure(b, "s", 0, verified) })

	back := filepath.Join(root, "clinic")
	h, err := folder.Take(back)
	must(err)
	began = time.Now()
	_, err = h.Restore(ctx, folder.Restore{
		From: from, Generation: day.Generation.Name, Words: strings.Join(sheet.Words(), " "), Work: vault.Sample, Clock: clinic.SystemClock(),
	})
	must(err)
	restored := time.Since(began).Seconds()
	b.Run("restore", func(b *testing.B) { figure(b, "s", 0, restored) })
	began = time.Now()
	again, err := folder.Open(ctx, folder.Config{Dir: back, Keys: keys, Clock: m.clock})
	must(err)
	opened := time.Since(began).Seconds()
	defer again.Journal.Abandon()
	b.Run("restore-lists", func(b *testing.B) { figure(b, "s", 0, opened) })
	began = time.Now()
	must(again.Journal.Follow(ctx, nil))
	followed := time.Since(began).Seconds()
	b.Run("restore-search", func(b *testing.B) { figure(b, "s", 0, followed) })
	is, err := again.Journal.ContentHash(ctx)
	must(err)
	if is != want {
		b.Fatal("what came back is something else")
	}
	must(h.Release())
}
