package archive

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"quietline/backend/archive/blob"
	"quietline/backend/archive/media"
	"quietline/backend/clinic"
)

// Blobs keeps the files of attachments. blob.Store implements it.
type Blobs interface {
	Put(ctx context.Context, content io.Reader, limit int64) (*blob.Arrival, error)
	Open(ref blob.Ref) (*blob.Content, error)
}

// Kept is an attachment that lies in sealed files, and what its event has to say
// of them.
type Kept struct {
	Type      media.Type
	File      blob.Ref
	Preview   *blob.Ref
	NoPreview clinic.Code
	Width     int
	Height    int

	arrivals []*blob.Arrival
}

// Settle says that the event is recorded, or never will be. It is called in any
// case.
func (k *Kept) Settle() {
	for _, a := range k.arrivals {
		a.Settle()
	}
}

// Stored fills in an event.
func (k *Kept) Stored(of AttachmentStored) AttachmentStored {
	of.Type, of.File, of.Preview, of.NoPreview = k.Type, k.File, k.Preview, k.NoPreview
	of.Width, of.Height = k.Width, k.Height
	return of
}

// Keep reads what is attached, up to media.MaxBytes, into a sealed file, and
// draws the preview of a picture into another. A picture that cannot be drawn is
// kept without one. It may be repeated, and makes other files then; errors are
// those of blob.Store and of reading content.
func Keep(ctx context.Context, files Blobs, content io.Reader) (_ *Kept, err error) {
	k := &Kept{}
	defer func() {
		if err != nil {
			k.Settle()
		}
	}()
	source := bufio.NewReaderSize(content, media.HeadBytes)
	head, err := source.Peek(media.HeadBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	k.Type = media.Sniff(head)
	file, err := k.put(ctx, files, source)
	if err != nil {
		return nil, err
	}
	k.File = file
	if !k.Type.Shown() {
		return k, nil
	}
	small, err := k.draw(files)
	if errors.Is(err, clinic.E(media.CodeTooManyPixels)) || errors.Is(err, clinic.E(media.CodeUnreadable)) {
		k.NoPreview = clinic.CodeOf(err)
		return k, nil
	}
	if err != nil {
		return nil, fmt.Errorf("draw preview: %w", err)
	}
	preview, err := k.put(ctx, files, bytes.NewReader(small.JPEG))
	if err != nil {
		return nil, err
	}
	k.Preview, k.Width, k.Height = &preview, small.Width, small.Height
	return k, nil
}

func (k *Kept) put(ctx context.Context, files Blobs, content io.Reader) (blob.Ref, error) {
	a, err := files.Put(ctx, content, media.MaxBytes)
	if err != nil {
		return blob.Ref{}, err
	}
	k.arrivals = append(k.arrivals, a)
	return a.Ref, nil
}

// draw reads the picture back from its sealed file: it lies nowhere else, and
// not as a whole in memory.
func (k *Kept) draw(files Blobs) (media.Preview, error) {
	content, err := files.Open(k.File)
	if err != nil {
		return media.Preview{}, err
	}
	defer func() { _ = content.Close() }() // it was only read
	return media.MakePreview(content, content.Size(), k.Type)
}
