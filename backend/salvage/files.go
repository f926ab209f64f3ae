package salvage

import (
	"bufio"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// What is made in the folder.
const (
	eventsFile   = "events.jsonl"
	summaryFile  = "summary.json"
	patientsFile = "patients.csv"
	consentsFile = "consents.csv"
	numbersFile  = "numbers.csv"
	textsFile    = "texts.csv"
	missingFile  = "missing.csv"
	textsDir     = "texts"
)

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
		return nil, folderError(err)
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
		return folderError(err)
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
	// Without this mark a spreadsheet takes UTF-8 for something else.
	_, err = f.WriteString("\ufeff")
	c := csv.NewWriter(f)
	if err == nil {
		err = c.Write(headings)
	}
	if err == nil {
		err = rows(func(cells ...string) error {
			for i := range cells {
				cells[i] = harmless(cells[i])
			}
			return c.Write(cells)
		})
	}
	c.Flush()
	return errors.Join(err, c.Error(), w.finish(f))
}

// harmless keeps a spreadsheet from taking what a patient wrote for a formula.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// syncDir makes the names in a folder last.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // has no such call
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
