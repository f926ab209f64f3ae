package parcel

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"quietline/backend/clinic"
	"quietline/backend/vault"
)

// writing is a parcel on its way to the disk and back.
type writing struct {
	ctx    context.Context
	from   Files
	all    []Source
	report Progress

	done, total int64
	sums        [][sha256.Size]byte
}

// seal writes all files, and keeps a sum of each for reading back.
func (w *writing) seal(f io.Writer, code vault.MoveCode, head Head) error {
	if _, err := io.WriteString(f, opening); err != nil {
		return err
	}
	raw, err := encodeHead(head)
	if err != nil {
		return err
	}
	defer clear(raw)
	sealed, err := code.Seal(f)
	if err != nil {
		return fmt.Errorf("parcel: seal: %w", err)
	}
	if err := entry(sealed, "", int64(len(raw))); err != nil {
		return err
	}
	if _, err := sealed.Write(raw); err != nil {
		return err
	}
	w.sums = w.sums[:0]
	for _, s := range w.all {
		if err := w.add(sealed, s); err != nil {
			return err
		}
	}
	if err := entry(sealed, "", 0); err != nil {
		return err
	}
	return sealed.Close()
}

// add writes one file. One that is not as long as it was is no longer the one that
// was to be carried.
func (w *writing) add(into io.Writer, s Source) error {
	if err := entry(into, s.Name, s.Size); err != nil {
		return err
	}
	r, err := w.from.Open(s.Name)
	if err != nil {
		return clinic.E(CodeNotRead).Because(err)
	}
	defer func() { _ = r.Close() }()
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(into, sum), w.counted(source{r}))
	var unread *sourceError
	if errors.As(err, &unread) {
		return clinic.E(CodeNotRead).Because(unread.err)
	}
	if err != nil {
		return err
	}
	if n != s.Size {
		return clinic.E(CodeNotRead).Because(errors.New("a file changed while it was carried"))
	}
	w.sums = append(w.sums, [sha256.Size]byte(sum.Sum(nil)))
	return nil
}

// readBack opens what was written and holds each file against its sum.
func (w *writing) readBack(f io.Reader, code vault.MoveCode) error {
	p, err := open(f, code)
	if err != nil {
		return err
	}
	defer clear(p.Head.Secret)
	at := 0
	return p.each(func(name string, size int64, r io.Reader) error {
		sum := sha256.New()
		if _, err := io.Copy(sum, w.counted(r)); err != nil {
			return err
		}
		if at >= len(w.all) || name != w.all[at].Name || size != w.all[at].Size || !bytes.Equal(sum.Sum(nil), w.sums[at][:]) {
			return clinic.E(CodeDamaged)
		}
		at++
		return nil
	})
}

// counted tells how far the parcel has come, and ends with the context.
func (w *writing) counted(r io.Reader) io.Reader { return &counted{w, r} }

type counted struct {
	w *writing
	r io.Reader
}

func (c *counted) Read(p []byte) (int, error) {
	if err := c.w.ctx.Err(); err != nil {
		return 0, clinic.E(clinic.CodeCancelled).Because(err)
	}
	n, err := c.r.Read(p)
	c.w.done += int64(n)
	if c.w.report != nil {
		c.w.report(c.w.done, c.w.total)
	}
	return n, err
}

// source tells an error of the clinic's file from one of the parcel's.
type source struct{ io.Reader }

func (s source) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = &sourceError{err}
	}
	return n, err
}

type sourceError struct{ err error }

func (e *sourceError) Error() string { return "parcel: read a file: " + e.err.Error() }
func (e *sourceError) Unwrap() error { return e.err }
