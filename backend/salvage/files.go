package salvage

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

// What is made in the folder.
const (
	eventsFile      = "events.jsonl"
	summaryFile     = "summary.json"
	patientsFile    = "patients.csv"
	consentsFile    = "consents.csv"
	numbersFile     = "numbers.csv"
	textsFile       = "texts.csv"
	attachmentsFile = "attachments.csv"
	scansFile       = "scans.csv"
	missingFile     = "missing.csv"
	textsDir        = "texts"
	attachmentsDir  = "attachments"
	scansDir        = "scans"
	// scratchDir holds what is needed while reading, sealed, and is removed.
	scratchDir = "reading"
)

// textsFileOf names the file of a conversation.
func textsFileOf(number int64) string { return fmt.Sprintf("%s/%05d.txt", textsDir, number) }

// writer makes files in the draft of a folder.
type writer struct{ dir string }

// file is one that is being written.
type file struct {
	*bufio.Writer
	f *os.File
}

func (w *writer) create(name string) (*file, error) {
	f, err := os.OpenFile(filepath.Join(w.dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, FolderError(err)
	}
	return &file{bufio.NewWriter(f), f}, nil
}

// finish writes out a file and makes it last.
func (w *writer) finish(f *file) error {
	err := f.Flush()
	if err == nil {
		err = f.f.Sync()
	}
	if err := errors.Join(err, f.f.Close()); err != nil {
		return FolderError(err)
	}
	return nil
}

// table writes a table with a line of headings. rows calls its argument with one
// line after the other.
func (w *writer) table(name string, headings []string, rows func(line func(cells ...string) error) error) error {
	f, err := w.create(name)
	if err != nil {
		return err
	}
	// Without this mark a spreadsheet takes UTF-8 for something else. An error of
	// writing comes again when the file is finished.
	_, _ = f.WriteString("\ufeff")
	c := csv.NewWriter(f)
	_ = c.Write(headings)
	err = rows(func(cells ...string) error {
		for i := range cells {
			cells[i] = harmless(cells[i])
		}
		if err := c.Write(cells); err != nil {
			return FolderError(err)
		}
		return nil
	})
	c.Flush()
	return errors.Join(err, w.finish(f))
}

// harmless keeps a spreadsheet from taking what a patient wrote for a formula.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// syncDir makes the names in a folder last. Some shares and sticks have no such
// call; the files in it are synced all the same.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // has no such call
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, d.Close())
}
