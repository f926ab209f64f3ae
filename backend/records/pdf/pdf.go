// Package pdf finishes the PDFs of papers: a reader shows their title, and who has
// no password opens nothing, where one was set.
//
// It takes what the program's own typesetter made and leaves pages, tags, language
// and fonts as they are. A password is AES-256 of revision 6 (ISO 32000-2); what it
// is worth is the password's length. Nothing is written to the disk.
package pdf

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
	"golang.org/x/text/unicode/norm"

	"quietline/backend/clinic"
)

// Codes of this package.
const (
	// CodeNotPaper: what was handed in is no PDF that the program made.
	CodeNotPaper clinic.Code = "pdf.not_paper"
	// CodeNotReadable: a PDF from outside that is damaged, or opens with a password alone.
	CodeNotReadable clinic.Code = "pdf.not_readable"
	// CodePassword: shorter than the parameter "least", or too long.
	CodePassword clinic.Code = "pdf.password"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code { return []clinic.Code{CodeNotPaper, CodeNotReadable, CodePassword} }

const (
	// LeastPassword is how many characters a password has at least. The file leaves
	// the house, and whoever has it may try as often as she likes.
	LeastPassword = 12
	// mostPassword is how many bytes of a password count (ISO 32000-2, 7.6.4.3.3).
	mostPassword = 127
)

// CheckPassword returns nil for a password that may be set, and for none.
func CheckPassword(password string) error {
	if password == "" {
		return nil
	}
	if utf8.RuneCountInString(password) < LeastPassword || len(password) > mostPassword || !utf8.ValidString(password) {
		return clinic.E(CodePassword).With("least", LeastPassword)
	}
	return nil
}

// prepared is a password as every reader understands it, however it was typed: in
// compatibility form, each space a plain one (SASLprep, RFC 4013). The library
// takes it as it stands.
func prepared(password string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Zs, r) {
			return ' '
		}
		return r
	}, norm.NFKC.String(password))
}

// The library would make a folder for its settings otherwise.
var withoutFolder = sync.OnceFunc(api.DisableConfigDir)

// Finish returns a PDF that shows its title, under a password where one is given.
func Finish(ctx context.Context, made []byte, password string) ([]byte, error) {
	if err := CheckPassword(password); err != nil {
		return nil, err
	}
	withoutFolder()
	conf := model.NewDefaultConfiguration()
	conf.Offline = true
	if password != "" {
		password = prepared(password)
		conf = model.NewAESConfiguration(password, password, 256)
		conf.Offline, conf.Cmd = true, model.ENCRYPT
		// Whoever opened it may print and copy it, and have it read aloud.
		conf.Permissions = model.PermissionsAll
	}
	paper, err := api.ReadContext(bytes.NewReader(made), conf)
	if err != nil {
		return nil, clinic.E(CodeNotPaper)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	root, err := paper.Catalog()
	if err != nil {
		return nil, clinic.E(CodeNotPaper)
	}
	root.Update("ViewerPreferences", types.Dict{"DisplayDocTitle": types.Boolean(true)})
	if password != "" {
		// With an older version the library falls back to a revision that was never
		// standardized.
		newest := model.V20
		paper.RootVersion = &newest
	}
	var out bytes.Buffer
	if err := api.WriteContext(paper, &out); err != nil {
		// The cause can quote the paper.
		return nil, fmt.Errorf("pdf: write: %w", clinic.E(clinic.CodeInternal))
	}
	return out.Bytes(), nil
}

// Pages counts the pages of a PDF that somebody brings from outside. CodeNotReadable
// means that it is damaged or opens with a password alone. Nothing in it is run.
func Pages(brought []byte) (n int, err error) {
	defer func() {
		// The library may give up in this way on a file that nobody's scanner made. What it
		// says can quote the file.
		if recover() != nil {
			n, err = 0, clinic.E(CodeNotReadable)
		}
	}()
	withoutFolder()
	conf := model.NewDefaultConfiguration()
	conf.Offline = true
	n, err = api.PageCount(bytes.NewReader(brought), conf)
	if err != nil {
		return 0, clinic.E(CodeNotReadable)
	}
	return n, nil
}
