package desk_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quietline/app/desk"
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
// reads all of it back, restores it, tries it, and opens threads meanwhile. It changes
// the clinic.
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
	b.Run("restore-lists", func(b *testing.B) { figure(b, "s", 0, opened) })
	b.Run("restore-to-inbox", func(b *testing.B) { figure(b, "s", 180, restored+opened) })
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
	again.Journal.Abandon() // its keys are those of the clinic

	// A drill rests as long as it works, so that it takes twice its work.
	began = time.Now()
	tried, err := c.Drill(ctx, folder.Drill{Vault: v, To: target, In: root, Clock: clinic.SystemClock()})
	must(err)
	if !tried.Same {
		b.Fatal("what the drill brought back is something else")
	}
	took = time.Since(began).Seconds()
	b.Run("drill", func(b *testing.B) { figure(b, "s", 0, took) })
	b.Run("drill-work", func(b *testing.B) {
		figure(b, "s", 0, (tried.Copying + tried.Restoring + tried.Opening).Seconds())
	})
	c.Abandon()
	keys.Zero()
	v.Close()
	m.beside(b, root)
}

// besideNoise is how much longer opening a thread may take while the clinic is copied:
// what two measurements of the same thing differ by on a machine that does other things.
const besideNoise = 1.25

// lookEvery is quicker than anybody opens one conversation after the other.
const lookEvery = 100 * time.Millisecond

// running is a clock whose date stands still, so that nothing is due, and whose time
// goes on: a copy lets people go first by it.
type running struct {
	clinic.Clock
	time clinic.Clock
}

// Elapsed implements clinic.Clock.
func (r running) Elapsed() time.Duration { return r.time.Elapsed() }

// Wait implements clinic.Clock.
func (r running) Wait(ctx context.Context, d time.Duration) error { return r.time.Wait(ctx, d) }

// beside measures how long people wait for a thread before a backup of the whole
// clinic and while it is made.
func (m *measured) beside(b *testing.B, root string) {
	m.openWith(running{m.clock, clinic.SystemClock()})
	m.signIn(clinic.PrivacyOfficer)
	var threads []clinic.ThreadID
	for _, r := range m.inbox("", 100).Items {
		threads = append(threads, r.ID)
	}
	look := func(i int) {
		var opened desk.ThreadPage
		m.ask("thread.open", desk.ThreadQuery{ID: threads[i*7%len(threads)], Limit: 50}, &opened)
	}
	looks := func(from, n int) (took times) {
		for i := range n {
			time.Sleep(lookEvery)
			took.add(func() { look(from + i) })
		}
		return took
	}
	repeat(50, look)
	alone := looks(0, 200)
	disk := filepath.Join(root, "disk")
	if err := os.Mkdir(disk, 0o700); err != nil {
		b.Fatal(err)
	}
	var s desk.Backups
	m.ask("session.confirm", desk.Confirm{Passphrase: sample.Passphrase}, &struct{}{})
	m.ask("backup.add", desk.BackupFolder{Folder: disk}, &s)
	var during times
	for i := 0; s.Folders[0].Newest.IsZero() || s.Stage != "none"; i++ {
		some := looks(i*10, 10)
		during.all = append(during.all, some.all...)
		m.ask("backup.status", nil, &s)
		if s.Folders[0].Problem != nil {
			b.Fatal(s.Folders[0].Problem.Code)
		}
	}
	m.closeDesk()
	b.Run("thread-alone", func(b *testing.B) { figure(b, "ms", 0, alone.p95()) })
	b.Run("thread-beside", func(b *testing.B) {
		figure(b, "ms", besideNoise*alone.p95(), during.p95())
		b.Logf("of %d", len(during.all))
	})
}
