//go:build windowstory

package windowstory_test

import (
	"io/fs"
	"maps"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider/providertest"
	"quietline/backend/provider/simulator"
)

// account is at the story's own simulator, which outlives the machine as a phone
// service does.
var account = simulator.Config{
	Account: "AC00000000000000000000000000000b22", KeySID: "SK00000000000000000000000000000b22",
	KeySecret: "of no worth",
	Numbers:   []simulator.Number{{Phone: "+13035550199"}}, Seed: 1,
}

// Two people text by themselves; one of them takes that back while there is no machine.
const (
	tobias      = clinic.Phone("+13035550188")
	tobiasAsks  = "Hello, my neighbor recommended your practice. Any openings?"
	imelda      = clinic.Phone("+13035550177")
	imeldaAsks  = "Is the heliotrope room free on Thursday?"
	imeldaStops = "STOP"
)

const (
	passphraseThen = "seven grey herons at dawn"
	passphraseNow  = "nine brown owls at noon"
)

// founds makes a clinic up to where its number is connected, and returns the recovery
// sheet.
func (c clerk) founds() []string {
	c.t.Helper()
	c.presses("setup.start")
	c.fills("Juniper Counseling", "setup.clinic.name")
	c.fills("3035550100", "setup.clinic.phone")
	c.goes("setup.clinic.zone")
	c.press("Down", "Down")
	c.presses("setup.next")
	c.fills("Amir Haddad", "setup.you.name")
	c.fills(passphraseThen, "terms.passphrase.label")
	c.fills(passphraseThen, "terms.passphrase.again")
	c.press("Return")
	sheet := c.prints()
	c.goes("setup.sheet.onPaper")
	c.press("space")
	c.presses("setup.next")
	asked := c.reads("setup.confirm.title")
	for at, word := range sheet {
		position := strconv.Itoa(at + 1)
		if asked.called(c.of("setup.confirm.word", "position", position)) != nil {
			c.fills(word, "setup.confirm.word", "position", position)
		}
	}
	c.presses("setup.next")
	return sheet
}

// practises connects the clinic that was just made to the story's own simulator.
func (c clerk) practises(address string) {
	c.t.Helper()
	c.fills(address, "line.form.address")
	c.fills(string(account.Account), "line.form.account")
	c.fills(account.KeySID, "line.form.key")
	c.fills(account.KeySecret, "line.form.secret")
	c.fills("3035550199", "line.form.phone")
	c.press("Return")
	c.reads("inbox.title")
}

var wordOfSheet = regexp.MustCompile(`(?m)^\s*(\d+)\s+(\pL+)\s*$`)

// prints prints the recovery sheet, and reads its words off the paper. The window's own
// dialog prints to a file where the system has no printer.
func (c clerk) prints() []string {
	c.t.Helper()
	c.reads("setup.sheet.print")
	c.presses("setup.sheet.print")
	sheet := wordOfSheet.FindAllStringSubmatch(c.paper("Print"), -1)
	words := make([]string, 16)
	for _, m := range sheet {
		at, err := strconv.Atoi(m[1])
		if err != nil || at < 1 || at > len(words) {
			c.t.Fatal("a number on the sheet is none of a word")
		}
		words[at-1] = m[2]
	}
	if len(sheet) != len(words) || slices.Contains(words, "") {
		c.t.Fatalf("%d words stand on the sheet", len(sheet))
	}
	return words
}

// backsUp sets up that the clinic is copied to a disk, and waits for the first copy.
func (c clerk) backsUp(disk string) {
	c.t.Helper()
	c.clicks("shell.settings")
	c.clicks("backups.add")
	c.fills(disk, "backups.folder")
	c.press("Return")
	never, newest := c.of("backups.never"), c.of("backups.newest")
	c.until("the first copy", func(p *part) bool {
		return slices.ContainsFunc(p.all(), func(q *part) bool {
			return strings.HasPrefix(q.text, disk) && strings.Contains(q.text, newest) && !strings.Contains(q.text, never)
		})
	})
}

// lying returns what lies in a folder: lengths by name.
func lying(t *testing.T, folder string) map[string]int64 {
	t.Helper()
	found := map[string]int64{}
	if err := fs.WalkDir(os.DirFS(folder), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			found[name] = info.Size()
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return found
}

func TestALostMachineComesBackWithTheSheet(t *testing.T) {
	line, err := simulator.New(account)
	if err != nil {
		t.Fatal(err)
	}
	service := httptest.NewServer(providertest.DescribedHandler(t, line))
	defer service.Close()
	texts := func(from clinic.Phone, body string) {
		t.Helper()
		if _, err := line.Receive(simulator.Inbound{From: from, Body: body}); err != nil {
			t.Fatal(err)
		}
	}
	disk := t.TempDir() // unplugged from one machine and plugged into the other

	lost, binary := desktop(t)
	c := employ(t, lost)
	start(t, lost, binary, "-dir", lost.Folder("own"))
	sheet := c.founds()
	c.practises(service.URL)
	texts(tobias, tobiasAsks)
	texts(imelda, imeldaAsks)
	c.until("what they ask", func(p *part) bool { return p.says(tobiasAsks) && p.says(imeldaAsks) })
	began := time.Now()
	c.backsUp(disk)
	took := time.Since(began)
	t.Logf("the first backup was set up and made in %v", took.Round(100*time.Millisecond))
	if took > time.Minute && atRest(t, time.Second) {
		t.Errorf("the first backup took %v to set up", took)
	}
	c.photographs("lost-1-backed-up")

	// Folder, keyring and all.
	if err := lost.Close(); err != nil {
		t.Fatal(err)
	}
	texts(imelda, imeldaStops)

	empty, _ := desktop(t)
	c = employ(t, empty)
	start(t, empty, binary, "-dir", empty.Folder("own"))
	c.presses("restore.welcome")
	c.fills(disk, "backups.folder")
	copied := lying(t, disk)
	misread := slices.Clone(sheet)
	misread[4] += "tt"
	c.fills(strings.Join(misread, " "), "restore.words")
	c.presses("restore.look")
	c.reads("errors.vault.word_unknown.what", "position", "5")
	c.reads("errors.vault.word_unknown.next", "position", "5")
	c.photographs("lost-2-misread")
	if now := lying(t, disk); !maps.Equal(now, copied) {
		t.Errorf("a wrong word changed the backup: %v, before %v", now, copied)
	}
	c.fills(strings.Join(sheet, " "), "restore.words")
	c.presses("restore.look")
	c.reads("restore.whichTitle")
	c.presses("restore.run")
	c.reads("restore.doneTitle")
	c.photographs("lost-3-back")
	c.presses("restore.open")
	c.presses("signin.next")
	c.fills(passphraseNow, "terms.passphrase.label")
	c.fills(passphraseNow, "terms.passphrase.again")
	c.press("Return")
	c.reads("halted.restoredTitle")
	c.photographs("lost-4-missing")
	c.presses("halted.goOn")
	c.reads("halted.goOnSure")
	c.presses("halted.goOn")

	// It is the clinic that it was, and says nothing to anybody before a person has
	// looked at what it missed.
	c.reads("line.review.banner")
	c.until("what he asked", func(p *part) bool { return p.says(tobiasAsks) })
	c.photographs("lost-5-inbox")
	c.clicks("line.standstill.open")
	c.reads("line.review.told.stop")
	c.photographs("lost-6-review")
	c.clicks("line.review.read")
	c.until("what she asked", func(p *part) bool { return p.says(imeldaAsks) && p.says(imeldaStops) })
	c.clicks("line.standstill.open")
	c.goes("line.review.answers.nobody")
	c.press("space")
	c.presses("line.review.sign")
	c.reads("line.review.done")

	c.backsUp(disk)
	c.clicks("drills.now")
	c.reads("drills.outcome.good")
	c.photographs("lost-7-drill")
	searched(t, empty.Folder(""), []string{
		tobiasAsks, imeldaAsks, "Juniper", "3035550188", strings.Join(sheet[:3], " "), passphraseNow,
	})
}
