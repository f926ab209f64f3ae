package backup

import (
	"context"

	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
)

// pieceBytes is how much is written or read before somebody else may go first: a
// fraction of a millisecond.
const pieceBytes = 256 << 10

// inPieces is a file system whose long writes and reads are made in pieces, between
// which others go first.
type inPieces struct {
	Files
	ctx context.Context
}

func (p inPieces) Create(path string) (blob.WriteFile, error) {
	f, err := p.Files.Create(path)
	if err != nil {
		return nil, err
	}
	return &writtenInPieces{WriteFile: f, pieces: pieces{ctx: p.ctx}}, nil
}

func (p inPieces) Open(path string) (blob.ReadFile, error) {
	f, err := p.Files.Open(path)
	if err != nil {
		return nil, err
	}
	return &readInPieces{ReadFile: f, pieces: pieces{ctx: p.ctx}}, nil
}

// pieces counts how much was done since somebody else could go first.
type pieces struct {
	ctx  context.Context
	done int
}

// each calls fn with the pieces of b until one is not done whole.
func (p *pieces) each(b []byte, fn func(b []byte, at int) (int, error)) (n int, err error) {
	for {
		piece := b[n:min(len(b), n+pieceBytes-p.done)]
		did, err := fn(piece, n)
		n += did
		if p.done += did; p.done >= pieceBytes {
			p.done = 0
			clinic.Aside(p.ctx)
		}
		if err != nil || did < len(piece) || n == len(b) {
			return n, err
		}
	}
}

type writtenInPieces struct {
	blob.WriteFile
	pieces
}

func (f *writtenInPieces) Write(b []byte) (int, error) {
	return f.each(b, func(b []byte, _ int) (int, error) { return f.WriteFile.Write(b) })
}

type readInPieces struct {
	blob.ReadFile
	pieces
}

func (f *readInPieces) ReadAt(b []byte, off int64) (int, error) {
	return f.each(b, func(b []byte, at int) (int, error) { return f.ReadFile.ReadAt(b, off+int64(at)) })
}
