package pdf_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"

	"quietline/backend/clinic"
	"quietline/backend/records/pdf"
)

// password has no space: the library that reads it back knows of none.
const password = "four-plain-words-hére"

// paper is a page as the typesetter of the screens makes it.
func paper(t *testing.T) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "paper.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// read opens a finished paper and returns what its catalog says.
func read(t *testing.T, finished []byte, password string) (*model.Context, error) {
	t.Helper()
	conf := model.NewDefaultConfiguration()
	conf.UserPW, conf.OwnerPW, conf.Offline = password, password, true
	return api.ReadContext(bytes.NewReader(finished), conf)
}

// It comes first: what the library has once set up stays for the process.
func TestNothingIsLeftOnTheDisk(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "APPDATA", "TMPDIR"} {
		t.Setenv(name, home)
	}
	if _, err := pdf.Finish(context.Background(), paper(t), password); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(home); err != nil || len(left) > 0 {
		t.Errorf("%v %v", left, err)
	}
}

func TestAFinishedPaperShowsItsTitleAndKeepsItsTags(t *testing.T) {
	for name, pass := range map[string]string{"open": "", "with a password": password} {
		t.Run(name, func(t *testing.T) {
			finished, err := pdf.Finish(context.Background(), paper(t), pass)
			if err != nil {
				t.Fatal(err)
			}
			ctx, err := read(t, finished, pass)
			if err != nil {
				t.Fatal(err)
			}
			root, err := ctx.Catalog()
			if err != nil {
				t.Fatal(err)
			}
			prefs, err := ctx.DereferenceDict(root["ViewerPreferences"])
			if err != nil || prefs.BooleanEntry("DisplayDocTitle") == nil || !*prefs.BooleanEntry("DisplayDocTitle") {
				t.Errorf("a reader shows the file's name instead of the title: %v %v", prefs, err)
			}
			for _, kept := range []string{"StructTreeRoot", "MarkInfo", "Lang", "Metadata"} {
				if root[kept] == nil {
					t.Errorf("%s is lost", kept)
				}
			}
		})
	}
}

func TestAPasswordKeepsOthersOut(t *testing.T) {
	finished, err := pdf.Finish(context.Background(), paper(t), password)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(finished, []byte("%PDF-2.0")) || !bytes.Contains(finished, []byte("/R 6")) {
		t.Error("the password is not of revision 6")
	}
	for _, wrong := range []string{"", "four-plain-words-here", strings.ToUpper(password)} {
		if _, err := read(t, finished, wrong); err == nil {
			t.Errorf("%q opens it", wrong)
		}
	}
	// Whether a letter was typed as one character or as two is no difference.
	typed, err := pdf.Finish(context.Background(), paper(t), strings.ReplaceAll(password, "é", "e\u0301"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := read(t, typed, password); err != nil {
		t.Errorf("the same password typed in another way does not open it: %v", err)
	}
	again, err := pdf.Finish(context.Background(), paper(t), password)
	if err != nil || bytes.Equal(again, finished) {
		t.Errorf("the same paper is sealed the same way twice (%v)", err)
	}
}

func TestWhatIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		made     []byte
		password string
		want     clinic.Code
	}{
		"nothing":                {nil, "", pdf.CodeNotPaper},
		"another file":           {[]byte("From the desk of Dr. Who"), "", pdf.CodeNotPaper},
		"a page cut in half":     {paper(t)[:4000], "", pdf.CodeNotPaper},
		"a short password":       {paper(t), "eleven char", pdf.CodePassword},
		"a password beyond all":  {paper(t), strings.Repeat("x", 128), pdf.CodePassword},
		"a password of no words": {paper(t), "\xff\xfe12345678901234", pdf.CodePassword},
	} {
		if out, err := pdf.Finish(context.Background(), c.made, c.password); !errors.Is(err, clinic.E(c.want)) || out != nil {
			t.Errorf("%s: %d bytes, %v", name, len(out), err)
		}
	}
}
