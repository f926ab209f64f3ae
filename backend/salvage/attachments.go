package salvage

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"quietline/backend/archive/blob"
	"quietline/backend/archive/media"
	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// filesAtOnce is how many files are copied between two notes of how they fared.
const filesAtOnce = 50

// sorts are the sorts of files: the table in which they wait, and the folder that they
// are copied to.
var sorts = [...]struct{ table, dir string }{{"salvage_attachments", attachmentsDir}, {"salvage_scans", scansDir}}

// copyFiles copies the files of all attachments and scans that the log still names. One
// that is missing or damaged keeps nobody from the others.
func copyFiles(ctx context.Context, remains Remains, dir string, tell func(done, total uint64)) error {
	var done, total uint64
	if err := remains.Read(ctx, func(tx *sqlite.Tx) error {
		return tx.QueryRow(`SELECT (SELECT count(*) FROM salvage_attachments WHERE name IS NOT NULL)
			+ (SELECT count(*) FROM salvage_scans)`).Scan(&total)
	}); err != nil {
		return err
	}
	for _, sort := range sorts {
		if err := copySort(ctx, remains, dir, sort.table, sort.dir, func() {
			tell(done, total)
			done++
		}); err != nil {
			return err
		}
	}
	return nil
}

// copySort copies the files of a table to a folder in dir, and notes there how each fared.
func copySort(ctx context.Context, remains Remains, dir, table, folder string, tell func()) error {
	for after := int64(0); ; {
		var some []waitingFile
		if err := remains.Read(ctx, func(tx *sqlite.Tx) (err error) {
			some, err = waitingFiles(tx, table, after, filesAtOnce)
			return err
		}); err != nil || len(some) == 0 {
			return err
		}
		fared := make([]string, len(some))
		for i, w := range some {
			tell()
			name := filepath.Join(dir, filepath.FromSlash(w.file(folder)))
			code, err := lost(remains.SaveAttachment(ctx, w.ref, name))
			if err != nil {
				return err
			}
			fared[i] = reason(code)
		}
		if err := remains.Write(ctx, func(tx *sqlite.Tx) error {
			for i, w := range some {
				file := ""
				if fared[i] == "" {
					fared[i], file = saved, w.file(folder)
				}
				if _, err := tx.Exec(`UPDATE `+table+` SET state = ?, file = ? WHERE number = ?`, fared[i], file, w.number); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
		after = some[len(some)-1].number
	}
}

func (w waitingFile) file(folder string) string {
	return fmt.Sprintf("%s/%05d%s", folder, w.number, media.Type(w.kind).Ending())
}

// lost returns why a file cannot be had, or the error where it is another
// trouble than its own.
func lost(err error) (clinic.Code, error) {
	for _, code := range []clinic.Code{blob.CodeMissing, blob.CodeDamaged, blob.CodeNewer, blob.CodeNotRead} {
		if errors.Is(err, clinic.E(code)) {
			return code, nil
		}
	}
	return "", err
}

// saved is the state of an attachment or a scan whose file was copied, unfetched of one that
// had not come yet.
const (
	saved     = "saved"
	unfetched = "not_fetched"
)

// attachmentTable lists every attachment by the time of its text, and says what
// became of it.
func (r *report) attachmentTable() error {
	return r.table(attachmentsFile, []string{"conversation", "text_at", "type", "bytes", "state", "file"}, func(line func(...string) error) error {
		rows, err := r.tx.Query(`SELECT a.thread, a.at, a.type, a.size, a.state, a.file FROM salvage_attachments a
			UNION ALL SELECT t.thread, t.at, '', 0, '` + unfetched + `', '' FROM salvage_texts t
			WHERE t.media > 0 AND t.media > (SELECT count(*) FROM salvage_attachments a WHERE a.text = t.id)
			ORDER BY 2, 1`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var thread, size int64
			var at clinic.Instant
			var kind, state, file string
			if err := rows.Scan(&thread, &at, &kind, &size, &state, &file); err != nil {
				return err
			}
			if state == saved {
				r.saved.Attachments++
			} else {
				r.saved.LostAttachments++
				if len(r.saved.Lost) < maxLost {
					r.saved.Lost = append(r.saved.Lost, Lost{At: at, State: state})
				}
			}
			bytes := ""
			if size > 0 {
				bytes = fmt.Sprint(size)
			}
			if err := line(textsFileOf(thread), r.at(at), kind, bytes, state, file); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}

// attachedTo says, line by line, what came with a text.
func (r *report) attachedTo(id clinic.MessageID, count int) ([]string, error) {
	rows, err := r.tx.Query(`SELECT state, file FROM salvage_attachments WHERE text = ? ORDER BY number`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var state, file string
		if err := rows.Scan(&state, &file); err != nil {
			return nil, err
		}
		if state == saved {
			state = file
		}
		all = append(all, state)
	}
	for len(all) < count {
		all = append(all, unfetched)
	}
	return all, rows.Err()
}
