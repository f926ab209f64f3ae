package vault

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"quietline/backend/clinic"
)

const (
	formatName    = "quietline-vault"
	formatVersion = 1

	// sizeLimit is far above what the limits below allow to be written.
	sizeLimit  = 1 << 20
	maxDevices = 64
	maxSlots   = 256 // per device

	saltSize = 16
)

type slotKind struct{}

// slotID names one person's slot on one device. It is random: the file alone
// does not show that two slots belong to one person.
type slotID = clinic.ID[slotKind]

// document is vault.json. Its members are described in backend/doc/vault.md;
// their order is part of the format, since the seal covers it.
type document struct {
	Format  string   `json:"format"`
	Version int      `json:"version"`
	Clinic  ClinicID `json:"clinic"`
	// Generation counts the sealed changes, so that an older copy is told from
	// a newer one.
	Generation uint64           `json:"generation"`
	DataKey    []byte           `json:"data_key"`
	Ring       []byte           `json:"ring"`
	Anchors    []byte           `json:"anchors"`
	Devices    []deviceDocument `json:"devices"`
	// Retired is when the clinic was handed over to another computer; absent where it
	// was not.
	Retired clinic.Instant `json:"retired,omitempty"`
	Seal    []byte         `json:"seal"`
}

type deviceDocument struct {
	ID     DeviceID       `json:"id"`
	Roster []byte         `json:"roster"`
	Seat   []byte         `json:"seat"`
	Slots  []slotDocument `json:"slots"`
	// Attempts change while the clinic is locked, so the seal does not cover
	// them; they are sealed under the device's secret.
	Attempts []byte `json:"attempts"`
	// Short is which short passphrases open now; like Attempts.
	Short []byte `json:"short,omitempty"`
}

type slotDocument struct {
	ID       slotID `json:"id"`
	Salt     []byte `json:"salt"`
	Work     cost   `json:"work"`
	Identity []byte `json:"identity"`
}

// readDocument reads the file and refuses what it may not open.
func readDocument(cfg Config) (*document, error) {
	raw, err := cfg.Files.Read(cfg.path(), sizeLimit)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, clinic.E(CodeMissing)
	case errors.Is(err, errNotRegular):
		return nil, clinic.E(CodeDamaged).Because(err)
	case err != nil:
		return nil, clinic.E(CodeUnreadable).Because(withoutPath(err)).Retryable()
	}
	doc, err := parseDocument(raw)
	if err != nil {
		return nil, err
	}
	if cfg.Work != Sample {
		for _, d := range doc.Devices {
			for _, s := range d.Slots {
				if s.Work.weak() {
					return nil, clinic.E(CodeWeak)
				}
			}
		}
	}
	return doc, nil
}

// parseDocument reads exactly what encode writes. Anything that another writer
// might choose differently, down to a space, is damage: so there is one reading
// of a file, and no byte of it that can be changed without notice.
func parseDocument(raw []byte) (*document, error) {
	var head struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return nil, damaged("not JSON")
	}
	switch {
	case head.Format != formatName || head.Version < 1:
		return nil, damaged("not a vault")
	case head.Version > formatVersion:
		return nil, clinic.E(CodeNewer)
	}
	var doc document
	if err := decodeStrictly(raw, &doc); err != nil {
		return nil, damaged("unknown shape")
	}
	again, err := doc.encode()
	if err != nil || !bytes.Equal(again, raw) {
		return nil, damaged("not in the form in which it was written")
	}
	if err := doc.limits(); err != nil || len(doc.Seal) != sha256.Size {
		return nil, damaged("outside the limits")
	}
	return &doc, nil
}

// limits holds what keeps a foreign file from costing time or memory, and this
// program from writing what it would not read.
func (d *document) limits() error {
	if d.Clinic.IsZero() || len(d.Devices) == 0 || len(d.Devices) > maxDevices {
		return damaged("outside the limits")
	}
	devices := map[DeviceID]bool{}
	slots := map[slotID]bool{}
	for _, dev := range d.Devices {
		if devices[dev.ID] || len(dev.Slots) > maxSlots {
			return damaged("outside the limits")
		}
		devices[dev.ID] = true
		for _, s := range dev.Slots {
			if slots[s.ID] || len(s.Salt) != saltSize || !s.Work.possible() {
				return damaged("outside the limits")
			}
			slots[s.ID] = true
		}
	}
	return nil
}

func (d *document) encode() ([]byte, error) {
	raw, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("vault: write the file: %w", err)
	}
	return append(raw, '\n'), nil
}

// mac is the seal over everything but itself, the attempts and what is armed.
func (d *document) mac(dataKey []byte) ([]byte, error) {
	c := *d
	c.Seal = nil
	c.Devices = append([]deviceDocument(nil), d.Devices...)
	for i := range c.Devices {
		c.Devices[i].Attempts, c.Devices[i].Short = nil, nil
	}
	raw, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("vault: seal the file: %w", err)
	}
	key := derive(labelFile, owner{clinic: d.Clinic}, dataKey)
	defer clear(key)
	h := hmac.New(sha256.New, key)
	h.Write(raw)
	return h.Sum(nil), nil
}

func (d *document) device(id DeviceID) *deviceDocument {
	for i := range d.Devices {
		if d.Devices[i].ID == id {
			return &d.Devices[i]
		}
	}
	return nil
}

func (d *deviceDocument) slot(id slotID) *slotDocument {
	for i := range d.Slots {
		if d.Slots[i].ID == id {
			return &d.Slots[i]
		}
	}
	return nil
}

// damaged says what is wrong with the file, for the log.
func damaged(what string) *clinic.Error { return clinic.E(CodeDamaged).Because(errors.New(what)) }

func decodeStrictly(raw []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}

// sealedJSON seals a value, padded to a multiple of step so that its length
// tells little of how many people or keys there are.
func sealedJSON(key []byte, l label, o owner, value any, step int) ([]byte, error) {
	raw, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("vault: seal: %w", err)
	}
	padded := make([]byte, (len(raw)+step-1)/step*step)
	for i := copy(padded, raw); i < len(padded); i++ {
		padded[i] = ' '
	}
	sealed := seal(key, l, o, padded)
	clear(raw)
	clear(padded)
	return sealed, nil
}

// openJSON is the inverse of sealedJSON. Any failure is damage.
func openJSON(key []byte, l label, o owner, sealed []byte, into any) error {
	raw, err := unseal(key, l, o, sealed)
	if err != nil {
		return clinic.E(CodeDamaged).Because(err)
	}
	defer clear(raw)
	if err := decodeStrictly(raw, into); err != nil {
		// The decoder's error may quote what it read.
		return damaged("a sealed part has an unknown shape")
	}
	return nil
}
