package folder

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/move"
	"quietline/backend/parcel"
	"quietline/backend/salvage"
	"quietline/backend/spool"
	"quietline/backend/sqlite"
	"quietline/backend/vault"
)

// What of a folder goes to another computer: the vault's file, first, so that a
// passphrase can be tried before the rest is read; the log; this device's drafts;
// and the folders of sealed files. The views are made anew there.
//
// In those folders lies, too, what other programs leave in any folder that they show
// or look after: .DS_Store, Thumbs.db, desktop.ini. It stays behind.
var (
	carriedFiles = []string{vault.FileName, journalFile, deviceFile}
	carriedDirs  = []struct {
		name string
		ours func(within string) bool
	}{{blobsDir, blob.Belongs}, {spoolDir, spool.Belongs}}
)

// Parcelled is what carrying a clinic away needs.
type Parcelled struct {
	// Path is where the parcel is to lie, outside of the clinic's folder.
	Path string
	Code vault.MoveCode
	Move move.ID
	Made clinic.Instant
	Disk parcel.Disk
	// Report is told how far it has come; may be nil.
	Report parcel.Progress
}

// Pack writes the parcel of a clinic whose files are closed and which nobody opens
// meanwhile, and returns how many files it has left behind that are not the clinic's.
// Errors are those of [parcel.Write]; it changes nothing in the folder and may be
// repeated.
func (h *Hold) Pack(ctx context.Context, v *vault.Vault, p Parcelled) (foreign int, err error) {
	all, foreign, err := carried(h.dir)
	if err != nil {
		return 0, clinic.E(parcel.CodeNotRead).Because(nameless(err))
	}
	secret, err := v.DeviceSecret()
	if err != nil {
		return 0, err
	}
	defer clear(secret)
	head := parcel.Head{Clinic: v.Status().Clinic, Move: p.Move, Made: p.Made, Secret: secret}
	return foreign, parcel.Write(ctx, p.Disk, p.Path, p.Code, head, inFolder(h.dir), all, p.Report)
}

// Outside refuses a place for what is to outlast the clinic's folder: one that is no
// folder, cannot be reached, or lies within it, by a link too, with
// parcel.CodeNotWritten.
func (h *Hold) Outside(dir string) error {
	refused := clinic.E(parcel.CodeNotWritten)
	if !filepath.IsAbs(dir) {
		return refused
	}
	info, err := os.Stat(dir)
	if err != nil || !info.IsDir() {
		return refused.Because(nameless(err))
	}
	if err := salvage.Outside(dir, h.dir); err != nil {
		return refused.Because(err)
	}
	return nil
}

type inFolder string

func (f inFolder) Open(name string) (io.ReadCloser, error) {
	return os.Open(filepath.Join(string(f), filepath.FromSlash(name)))
}

// carried lists the files, in a stable order, and counts those that are not the
// clinic's.
func carried(dir string) (all []parcel.Source, foreign int, err error) {
	add := func(name string, info fs.FileInfo) { all = append(all, parcel.Source{Name: name, Size: info.Size()}) }
	for _, name := range carriedFiles {
		// What has not come from the log into its file would be left behind.
		if info, err := os.Lstat(filepath.Join(dir, name+"-wal")); err == nil && info.Size() > 0 {
			return nil, 0, errors.New("folder: a file was not closed in good order")
		}
		info, err := os.Lstat(filepath.Join(dir, name))
		if name == deviceFile && errors.Is(err, fs.ErrNotExist) {
			continue // nothing in it is needed
		}
		if err != nil {
			return nil, 0, err
		}
		add(name, info)
	}
	for _, sub := range carriedDirs {
		err := fs.WalkDir(os.DirFS(dir), sub.name, func(name string, e fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist) && name == sub.name:
				return fs.SkipDir
			case err != nil:
				return err
			case e.IsDir(), unfinished(name):
				return nil
			case !sub.ours(strings.TrimPrefix(name, sub.name+"/")):
				foreign++
				return nil
			}
			info, err := e.Info()
			if err == nil {
				add(name, info)
			}
			return err
		})
		if err != nil {
			return nil, 0, err
		}
	}
	return all, foreign, nil
}

// unfinished reports whether a file was still being written when the program
// stopped: no event names it.
func unfinished(name string) bool {
	for _, suffix := range []string{".part", ".partly", ".tmp", ".new"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	return false
}

// Arrival is what taking a clinic in needs.
type Arrival struct {
	// Parcel was opened and not read.
	Parcel *parcel.Parcel
	Member clinic.StaffID
	// Passphrase and Phone are what she signs in with.
	Passphrase []byte
	Phone      string
	// May says whether a role may take a clinic in.
	May func(clinic.Role) bool
	// Vault is the configuration of this computer; Dir is set here.
	Vault  vault.Config
	Report parcel.Progress
}

// vaultLimit is more than a vault's file may have.
const vaultLimit = 2 << 20

// Arriving lists who could take in the clinic of a parcel, and reads nothing more
// of it.
func Arriving(ctx context.Context, p *parcel.Parcel, cfg vault.Config) ([]vault.Member, error) {
	raw, err := vaultOf(p)
	if err != nil {
		return nil, err
	}
	cfg.Dir, cfg.Files = ".", lying{vault.MachineFiles(), raw}
	cfg.Secrets = vault.Carried(p.Head.Clinic, p.Head.Secret)
	v, err := vault.Load(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	if s := v.Status(); s.Clinic != p.Head.Clinic || !s.DeviceBound {
		return nil, clinic.E(parcel.CodeDamaged)
	}
	return v.Members(), nil
}

func vaultOf(p *parcel.Parcel) ([]byte, error) {
	name, raw, err := p.First(vaultLimit)
	if err == nil && name != vault.FileName {
		err = clinic.E(parcel.CodeDamaged)
	}
	return raw, err
}

// lying is a file system in which the vault's file is at hand already.
type lying struct {
	vault.Files
	raw []byte
}

func (l lying) Read(string, int64) ([]byte, error) { return l.raw, nil }

// Arrive takes in the clinic of a parcel, into a folder in which nothing of one lies:
// it is opened with the passphrase, bound to this computer and no other, and begins a
// new incarnation of its log, in which every text that had not come to an end waits
// for a person and nothing is sent until the provider was read again from the time
// of the move. It is there wholly or not at all, as with [Hold.Make]. The keys are
// the caller's.
//
// A wrong passphrase is found before anything else is read. Tries are not counted:
// whoever has the parcel and its code could make them elsewhere.
func (h *Hold) Arrive(ctx context.Context, a Arrival) (keys *vault.Keys, err error) {
	err = h.Make(func(dir string) (err error) {
		keys, err = arrive(ctx, dir, a)
		return err
	})
	if err != nil && keys != nil {
		keys.Zero()
		keys = nil
	}
	return keys, err
}

func arrive(ctx context.Context, dir string, a Arrival) (*vault.Keys, error) {
	raw, err := vaultOf(a.Parcel)
	if err != nil {
		return nil, err
	}
	if err := put(dir, vault.FileName, raw); err != nil {
		return nil, err
	}
	cfg := a.Vault
	own := cfg.Secrets
	cfg.Dir, cfg.Secrets = dir, vault.Carried(a.Parcel.Head.Clinic, a.Parcel.Head.Secret)
	v, err := vault.Load(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	if v.Status().Clinic != a.Parcel.Head.Clinic {
		return nil, clinic.E(parcel.CodeDamaged)
	}
	keys, err := v.UnlockWithCode(ctx, a.Member, a.Passphrase, a.Phone)
	if err != nil {
		return nil, err
	}
	if err := settleIn(ctx, dir, v, keys, own, a); err != nil {
		keys.Zero()
		return nil, err
	}
	return keys, nil
}

func settleIn(ctx context.Context, dir string, v *vault.Vault, keys *vault.Keys, own vault.DeviceSecrets, a Arrival) error {
	members, err := keys.Members()
	if err != nil {
		return err
	}
	for _, m := range members {
		if m.ID == keys.Member() && !a.May(m.Role) {
			return clinic.E(clinic.CodeForbidden)
		}
	}
	if err := a.Parcel.Unpack(ctx, func(name string, _ int64, r io.Reader) error {
		return stream(dir, name, r)
	}, a.Report); err != nil {
		return err
	}
	anchors, _, err := Noted(ctx, v, keys)
	if err != nil {
		return err
	}
	if err := v.Settle(ctx, keys, a.Passphrase, own); err != nil {
		return err
	}
	c, err := Open(ctx, Config{Dir: dir, Keys: keys, Clock: a.Vault.Clock, Anchors: anchors})
	if err != nil {
		return err
	}
	if c.Journal.Report().Loss != nil {
		return errors.Join(clinic.E(parcel.CodeDamaged), c.Close())
	}
	err = c.begin(ctx, v, keys.Member(), nil, func(d *journal.Decision) error {
		return goes(d, func(d *journal.Decision) error { return move.Arrive(d, a.Parcel.Head.Move) })
	})
	return errors.Join(err, c.Close())
}

// goes records how a move ended, and that texts which had not come to an end wait for
// a person. Where it is recorded already, in an incarnation that was not far enough,
// the latter alone.
func goes(d *journal.Decision, end func(*journal.Decision) error) error {
	s, err := move.Get(d.Tx)
	if err != nil {
		return err
	}
	if s.Stage != move.Here {
		if err := end(d); err != nil {
			return err
		}
	}
	exchange.Reopen(d, s.At)
	return nil
}

// TakeBack takes a clinic back that was handed over. As with [Clinic.Continue] it
// begins a new incarnation; and what was carried away opens nothing of what is
// written from now on. Whether it was opened elsewhere, nobody here can know. Where
// it is cut short the clinic is found as handed over; it may be repeated.
func (c *Clinic) TakeBack(ctx context.Context, v *vault.Vault, by clinic.StaffID) error {
	if err := v.Return(ctx, c.Keys); err != nil {
		return err
	}
	return c.begin(ctx, v, by, nil, func(d *journal.Decision) error { return goes(d, move.TakeBack) })
}

// Stay ends a move that led nowhere: its parcel, whole or not, opens for nobody,
// since nobody was told its code. It does nothing where there is nothing to end, and
// refuses with CodeMoved a clinic that was handed over. Where somebody has gone on
// from an older copy of the records, it takes the mark of the newer ones away.
func (c *Clinic) Stay(ctx context.Context, v *vault.Vault, by clinic.StaffID) (ended bool, err error) {
	_, err = c.Journal.Submit(ctx, journal.Actor{Staff: by}, func(d *journal.Decision) error {
		s, err := move.Get(d.Tx)
		ended = s.Stage == move.Begun
		switch {
		case err != nil:
			return err
		case s.Stage == move.HandedOver:
			return clinic.E(CodeMoved)
		case ended:
			return move.TakeBack(d)
		}
		return nil
	})
	if err != nil || v.Status().Retired.IsZero() {
		return ended, err
	}
	if err := v.Return(ctx, c.Keys); err != nil {
		return ended, err
	}
	return ended, c.Note(ctx, v, true)
}

// HandOver records that the parcel of a clinic is whole and that its code will be
// told: from then on this copy is the old one. It is told before that to nobody. The
// log must stand where it stood when it was packed. Where it is cut short the clinic
// is handed over, or the move has led nowhere.
func (c *Clinic) HandOver(ctx context.Context, v *vault.Vault, by clinic.StaffID, id move.ID, packed journal.Head) error {
	at, err := c.Journal.Anchor(ctx)
	if err != nil {
		return err
	}
	if at.Head != packed {
		return clinic.E(clinic.CodeInternal).Because(errors.New("folder: the log went on while it was packed"))
	}
	if _, err := c.Journal.Submit(ctx, journal.Actor{Staff: by}, func(d *journal.Decision) error {
		return move.HandOver(d, id)
	}); err != nil {
		return err
	}
	if err := v.Retire(ctx, c.Keys); err != nil {
		return err
	}
	// No other copy of it stays behind that somebody could go on with.
	return errors.Join(c.ForgetBefore(), c.ForgetDrill(ctx, c.dir), c.Note(ctx, v, true))
}

// Moved returns where the clinic stands by its records.
func (c *Clinic) Moved(ctx context.Context) (s move.Standing, err error) {
	err = c.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		s, err = move.Get(tx)
		return err
	})
	return s, err
}

// put writes a small file of a folder that is being made.
func put(dir, name string, raw []byte) error {
	return stream(dir, name, strings.NewReader(string(raw)))
}

// stream writes a file of a folder that is being made, durably.
func stream(dir, name string, r io.Reader) error {
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return clinic.E(CodeNoAccess).Because(nameless(err))
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return clinic.E(CodeNoAccess).Because(nameless(err))
	}
	_, err = io.Copy(f, r)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil && filepath.Dir(path) != dir {
		err = vault.MachineFiles().SyncDir(filepath.Dir(path))
	}
	var coded *clinic.Error
	switch {
	case err == nil, errors.As(err, &coded):
		return err
	case vault.IsDiskFull(err):
		return clinic.E(clinic.CodeDiskFull).Because(nameless(err)).Retryable()
	}
	return clinic.E(CodeNoAccess).Because(nameless(err))
}
