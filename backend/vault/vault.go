// Package vault turns a passphrase, the device's secret and the recovery sheet
// into the keys that everything else in the clinic is sealed with.
//
// One file, vault.json, lies in the clinic's data folder. It holds a random data
// key, encrypted to each person's slot on each device and to the recovery sheet;
// under the data key, a ring of the clinic's keys. A slot opens only with the
// passphrase and the 32 bytes that the operating system's keyring keeps for this
// device, so a copied folder does not open with a guessed passphrase. The
// recovery sheet opens it without either. Use Create for a new clinic, Load and
// then Unlock for every other day, Recover and then Rebind when a passphrase or
// a keyring is lost.
//
// Guarantees: no key is created where data exists; a file that cannot be read is
// never replaced; every change is written beside the old file and renamed over
// it, so that a crash leaves one or the other; any change to the file by others
// is an error when it is unlocked. Names and roles in it are sealed under the
// device's secret.
//
// Limits: whoever holds Keys can read all of the clinic; roles are kept by other
// packages. An older copy of the whole file is valid by itself and is noticed
// only by an anchor kept elsewhere. One process at a time may change the file:
// the application holds a lock on the data folder. Randomness comes from
// crypto/rand and cannot be injected, since a vault whose keys can be chosen is
// not one. The format and what it does not protect are in backend/doc/vault.md.
package vault

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"quietline/backend/clinic"
)

// FileName is the name of the vault's file in the clinic's data folder.
const FileName = "vault.json"

type clinicKind struct{}

// ClinicID names one clinic's vault, for life.
type ClinicID = clinic.ID[clinicKind]

type deviceKind struct{}

// DeviceID names one account of the operating system on one computer. It is
// derived from the device's secret and says nothing about either.
type DeviceID = clinic.ID[deviceKind]

// Config is what a vault stands on. Dir, Secrets and Clock are required.
type Config struct {
	// Dir is the clinic's data folder.
	Dir string
	// Secrets keeps the device's secret: OSKeyring, or filesecret for the
	// sample clinic.
	Secrets DeviceSecrets
	Clock   clinic.Clock
	// Work is Standard unless this is the sample clinic or a test.
	Work WorkFactor
	// Files is the file system; nil means the machine's.
	Files Files
	// Blocked are words that a passphrase may not rest on, beside the built-in
	// list: the clinic's name, its town. Case does not matter.
	Blocked []string
}

func (c Config) checked() (Config, error) {
	if c.Files == nil {
		c.Files = machineFiles{}
	}
	if c.Dir == "" || c.Secrets == nil || c.Clock == nil || c.Work > Sample {
		return c, clinic.E(clinic.CodeInternal).Because(errors.New("vault: incomplete configuration"))
	}
	return c, nil
}

func (c Config) path() string { return filepath.Join(c.Dir, FileName) }

// Member is a person who may sign in.
type Member struct {
	ID   clinic.StaffID
	Name string
	Role clinic.Role
}

// Status says which ways in are open.
type Status struct {
	Clinic ClinicID
	// DeviceBound: a passphrase can open the vault here. Where it is false only
	// the recovery sheet can, and Problem says why.
	DeviceBound bool
	// Problem is one of the keyring codes or CodeOtherDevice; empty when bound.
	Problem clinic.Code
	// Retired is when the clinic was handed over to another computer; zero where it
	// was not.
	Retired clinic.Instant
}

// Vault is a clinic's vault, locked. It holds the device's secret, and the names
// for the sign-in screen, but no key that opens the clinic. Its methods are safe
// for concurrent use; all but Status and Members wait for each other.
type Vault struct {
	cfg    Config
	clinic ClinicID

	// mu is held by whatever reads or changes the file, also while the keyring
	// asks a person or a key is derived.
	mu      sync.Mutex
	device  *device
	problem *clinic.Error
	retired clinic.Instant
	members []rosterEntry
	tries   map[clinic.StaffID]try
	// spent is the newest period of a second factor that each person has used.
	spent map[clinic.StaffID]int64

	// shown is what Status and Members answer meanwhile, without waiting.
	shown atomic.Pointer[view]
}

type view struct {
	status  Status
	members []Member
}

// device is this account on this computer, as its keyring proves it.
type device struct {
	id     DeviceID
	secret []byte
}

// dataNames are the beginnings of names that mean that a folder holds a clinic,
// even if its vault is gone.
var dataNames = []string{FileName, "journal", "views", "blobs", "spool"}

// Exists reports whether dir holds a clinic, or any part of one: then Create
// would refuse. A folder that cannot be listed is an error, not an empty one.
func Exists(dir string) (bool, error) { return exists(machineFiles{}, dir) }

func exists(files Files, dir string) (bool, error) {
	names, err := files.List(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, clinic.E(CodeUnreadable).Because(withoutPath(err))
	}
	for _, name := range names {
		// What a crash left of a first write was never a clinic.
		if name == temporaryName {
			continue
		}
		for _, begin := range dataNames {
			if strings.HasPrefix(strings.ToLower(name), begin) {
				return true, nil
			}
		}
	}
	return false, nil
}

// Load reads the vault in cfg.Dir and asks the keyring for the device's secret.
// It succeeds without the keyring: Status then says what is wrong, and Recover
// is open. Errors: CodeMissing, CodeUnreadable, CodeDamaged, CodeNewer,
// CodeWeak. Loading changes nothing and may be repeated.
func Load(ctx context.Context, cfg Config) (*Vault, error) {
	cfg, err := cfg.checked()
	if err != nil {
		return nil, err
	}
	doc, err := readDocument(cfg)
	if err != nil {
		return nil, err
	}
	v := &Vault{cfg: cfg, clinic: doc.Clinic, tries: map[clinic.StaffID]try{}, spent: map[clinic.StaffID]int64{}}
	if err := v.bind(ctx, doc); err != nil {
		return nil, err
	}
	return v, nil
}

// CheckDevice asks the keyring again, for instance after a person has unlocked
// it, and returns the new status. A device that is bound stays so.
func (v *Vault) CheckDevice(ctx context.Context) (Status, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.device != nil {
		return v.Status(), nil
	}
	doc, err := readDocument(v.cfg)
	if err != nil {
		return Status{}, err
	}
	if err := v.bind(ctx, doc); err != nil {
		return Status{}, err
	}
	return v.Status(), nil
}

// Status says which ways in are open. It never waits.
func (v *Vault) Status() Status { return v.shown.Load().status }

// Members lists who can sign in on this device, in the order in which they were
// added; none where the device's secret is absent.
func (v *Vault) Members() []Member { return slices.Clone(v.shown.Load().members) }

// setDevice makes d the device, or none for the reason why.
func (v *Vault) setDevice(d *device, members []rosterEntry, why *clinic.Error) {
	if v.device != nil && v.device != d {
		clear(v.device.secret)
	}
	v.device, v.members, v.problem = d, members, why
	shown := &view{status: Status{Clinic: v.clinic, DeviceBound: d != nil, Retired: v.retired}}
	if why != nil {
		shown.status.Problem = why.Code
	}
	for _, m := range members {
		shown.members = append(shown.members, Member{ID: m.ID, Name: m.Name, Role: m.Role})
	}
	v.shown.Store(shown)
}

// Close forgets the device's secret and the names. The vault cannot be used
// afterwards, except to ask its status.
func (v *Vault) Close() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.setDevice(nil, nil, clinic.E(clinic.CodeLocked))
}

// bind finds the device of doc whose secret the keyring holds. What is wrong
// with the keyring is remembered; what is wrong with the file is returned.
func (v *Vault) bind(ctx context.Context, doc *document) error {
	v.retired = doc.Retired
	problem := clinic.E(CodeKeyringAbsent)
	// The newest first: after a lost keyring the older ones are never found.
	for _, d := range slices.Backward(doc.Devices) {
		secret, err := v.cfg.Secrets.Get(ctx, account(v.clinic, d.ID))
		if errors.Is(err, clinic.E(CodeKeyringAbsent)) {
			continue
		}
		if err != nil {
			problem = keyringProblem(err)
			break
		}
		if len(secret) != keySize || deviceID(v.clinic, secret) != d.ID {
			clear(secret)
			problem = clinic.E(CodeOtherDevice)
			continue
		}
		members, err := openRoster(doc, d, secret)
		if err != nil {
			clear(secret)
			return err
		}
		v.setDevice(&device{id: d.ID, secret: secret}, members, nil)
		return nil
	}
	v.setDevice(nil, nil, problem)
	return nil
}

// account is the name under which a keyring keeps a device's secret. Each
// device has its own, so that binding anew never overwrites a secret that some
// other copy of the file may still need.
func account(c ClinicID, d DeviceID) string { return c.String() + "." + d.String() }

func keyringProblem(err error) *clinic.Error {
	var e *clinic.Error
	if errors.As(err, &e) {
		return e
	}
	return clinic.E(CodeKeyringUnavailable).Because(err)
}
