package sqlite

import (
	"context"
	"errors"

	"quietline/backend/clinic"
)

// pool lends connections, at most as many as it has places. Connections are
// made when first needed.
type pool struct {
	connector *connector
	places    chan *conn // nil where no connection has been made
}

func newPool(c *connector, size int) *pool {
	p := &pool{connector: c, places: make(chan *conn, size)}
	for range size {
		p.places <- nil
	}
	return p
}

// take waits for a place, until ctx or stop ends. Every connection taken is given
// back.
func (p *pool) take(ctx context.Context, stop <-chan struct{}) (*conn, error) {
	if ctx.Err() != nil {
		return nil, cancelled(ctx)
	}
	select {
	case c := <-p.places:
		if c != nil {
			return c, nil
		}
	case <-ctx.Done():
		return nil, cancelled(ctx)
	case <-stop:
		return nil, clinic.E(CodeClosed)
	}
	c, err := p.connector.connect()
	if err != nil {
		p.places <- nil
		return nil, err
	}
	return c, nil
}

// give returns a connection; one that is broken, or no longer wanted, is closed.
func (p *pool) give(c *conn, keep bool) error {
	if keep && !c.broken {
		p.places <- c
		return nil
	}
	err := c.close()
	p.places <- nil
	return err
}

// closeIdle closes the connections that nobody uses now.
func (p *pool) closeIdle() error {
	var errs []error
	for range cap(p.places) {
		select {
		case c := <-p.places:
			if c != nil {
				errs = append(errs, c.close())
			}
		default:
		}
	}
	return errors.Join(errs...)
}

// closeAll waits for every connection and closes it.
func (p *pool) closeAll() error {
	var errs []error
	for range cap(p.places) {
		if c := <-p.places; c != nil {
			errs = append(errs, c.close())
		}
	}
	return errors.Join(errs...)
}
