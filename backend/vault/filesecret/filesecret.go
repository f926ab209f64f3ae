// Package filesecret keeps the device's secret in a file, for the sample clinic
// and for tests on machines without a keyring. It is for nothing else.
//
// It protects nothing: whoever copies the file and the clinic's folder has both
// halves, and only the passphrase is left to guess, which in the sample clinic
// is public. A real clinic uses vault.OSKeyring. The file is readable by its
// owner alone and written by temp, sync and rename; one that cannot be read is
// an error and is never replaced.
package filesecret

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"quietline/backend/clinic"
	"quietline/backend/vault"
)

// Secrets implements vault.DeviceSecrets over one file.
type Secrets struct {
	path string
	mu   sync.Mutex
}

var _ vault.DeviceSecrets = (*Secrets)(nil)

// At returns the secrets in the file at path, which need not exist; its folder
// must.
func At(path string) *Secrets { return &Secrets{path: path} }

// Get implements vault.DeviceSecrets.
func (s *Secrets) Get(_ context.Context, name string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept, err := s.read()
	if err != nil {
		return nil, err
	}
	secret, ok := kept[name]
	if !ok {
		return nil, clinic.E(vault.CodeKeyringAbsent)
	}
	return secret, nil
}

// Set implements vault.DeviceSecrets.
func (s *Secrets) Set(_ context.Context, name string, secret []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept, err := s.read()
	if err != nil {
		return err
	}
	kept[name] = secret
	return s.write(kept)
}

// Delete implements vault.DeviceSecrets.
func (s *Secrets) Delete(_ context.Context, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept, err := s.read()
	if err != nil {
		return err
	}
	if _, ok := kept[name]; !ok {
		return nil
	}
	delete(kept, name)
	return s.write(kept)
}

func (s *Secrets) read() (map[string][]byte, error) {
	raw, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return map[string][]byte{}, nil
	}
	if err != nil {
		return nil, failed("read", err)
	}
	var kept map[string][]byte
	if err := json.Unmarshal(raw, &kept); err != nil || kept == nil {
		return nil, failed("read", errors.New("not a file of secrets"))
	}
	return kept, nil
}

func (s *Secrets) write(kept map[string][]byte) error {
	raw, err := json.Marshal(kept)
	if err != nil {
		return failed("write", err)
	}
	// CreateTemp gives the mode 0600.
	f, err := os.CreateTemp(filepath.Dir(s.path), filepath.Base(s.path)+".*")
	if err != nil {
		return failed("write", err)
	}
	_, err = f.Write(raw)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), s.path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return failed("write", err)
	}
	return nil
}

// failed says what could not be done, without the path.
func failed(action string, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		err = link.Err
	}
	return clinic.E(vault.CodeKeyringUnavailable).Because(fmt.Errorf("filesecret: %s: %w", action, err))
}
