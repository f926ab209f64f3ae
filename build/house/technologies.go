package house

import (
	"slices"
	"strings"
)

// primitives are what secrets are made and kept with. The packages that may use
// them are few, so that they can be read whole.
var primitives = []string{
	"crypto/aes", "crypto/cipher", "crypto/des", "crypto/dsa", "crypto/ecdh", "crypto/ecdsa", "crypto/ed25519",
	"crypto/elliptic", "crypto/hkdf", "crypto/hmac", "crypto/hpke", "crypto/mlkem", "crypto/pbkdf2", "crypto/rc4", "crypto/rsa",
	"golang.org/x/crypto", "filippo.io",
}

// sums are hashes, comparisons and chance: harmless by themselves, and each use
// outside the packages above has its reason here.
var (
	sums    = []string{"crypto/md5", "crypto/rand", "crypto/sha1", "crypto/sha256", "crypto/sha3", "crypto/sha512", "crypto/subtle"}
	sumsFor = map[string][]string{
		// Ids are random.
		"backend/clinic": {"crypto/rand"},
		// A form's version is the hash of its words.
		"backend/consent": {"crypto/sha256"},
		// A paper bears a part of the hash of what stands on it.
		"backend/records": {"crypto/sha256"},
		// Its credentials are compared in constant time, as the provider's are.
		"backend/provider/simulator": {"crypto/subtle"},
		// A copy from before an upgrade is held against what it was made of.
		"backend/folder": {"crypto/sha256"},
		// A parcel is held against what went into it.
		"backend/parcel": {"crypto/sha256"},
		// One running program for each folder, known by the folder's hash.
		"app": {"crypto/sha256"},
		// The token of a launch is random and compared in constant time.
		"app/page": {"crypto/rand"},
		// The address of a picture is random.
		"app/ticket": {"crypto/rand"},
		"app/door":   {"crypto/subtle"},
		"app/web":    {"crypto/subtle"},
		// The runner knows sources by their hash.
		"build/dev/stamp": {"crypto/sha256"},
	}
)

// sha1For may use SHA-1: the codes of authenticator apps are its HMAC (RFC 6238),
// which collisions do not touch.
var sha1For = []string{"backend/vault", "backend/vault/vaulttest"}

// chanceFor lists who may use chance that can be foretold, and for what.
var chanceFor = []string{
	"backend/provider/simulator",       // what simulated patients answer
	"backend/provider/simulator/photo", // what their pictures look like
	"backend/sample",                   // what the sample clinic holds
	"backend/vault",                    // which words of the sheet are asked back
	"app/desk",                         // the spread of retries
}

// networkFor lists who may speak HTTP, and with whom.
var networkFor = []string{
	"app", "app/page", "app/ticket", "app/web", // the screens, on loopback
	"app/practice", "backend/provider/simulator", // the simulated provider, on loopback
	"backend/provider/twilio", // the provider
	"build/dev",               // the database of known faults
}

// sealers may use crypto primitives.
var sealers = []string{"backend/vault", "backend/journal", "backend/sqlite", "backend/archive/blob", "backend/spool", "backend/backup"}

// only makes a rule that keeps modules to the folders named; a test may import
// them where it lies in one of these.
func only(t Tree, modules, folders []string) []string {
	return imports(t, func(f File, p string) bool {
		return within(p, modules...) && !slices.Contains(folders, f.Package)
	})
}

func technologyRules() []Rule {
	return []Rule{
		{
			Name:   "only app imports the window",
			Reason: "The window is one way to show the doors; a second one, the browser preview, must build without cgo, and the next shell must replace one package.",
			Broken: func(t Tree) []string {
				return only(t, []string{"github.com/wailsapp"}, []string{"app"})
			},
		},
		{
			Name:   "only sqlite imports the database driver",
			Reason: "A connection opened anywhere else would write an unsealed file.",
			Broken: func(t Tree) []string {
				return only(t, []string{"modernc.org", "github.com/mattn/go-sqlite3", "github.com/ncruces/go-sqlite3"}, []string{"backend/sqlite"})
			},
		},
		{
			Name:   "only twilio imports the provider's client",
			Reason: "The contract in provider is what the program knows; a second provider must be one package.",
			Broken: func(t Tree) []string {
				return only(t, []string{"github.com/twilio"}, []string{"backend/provider/twilio"})
			},
		},
		{
			Name:   "only records imports the library for PDFs",
			Reason: "It reads and writes files and asks the network if it is let; one package hands it bytes and gets bytes.",
			Broken: func(t Tree) []string {
				return only(t, []string{"github.com/pdfcpu"}, []string{"backend/records/pdf"})
			},
		},
		{
			Name:   "only vault and presence speak to the system's keyring and bus",
			Reason: "What holds a secret outside our files is read and written in one place. The stories in the window read the screen by the bus, as a screen reader does.",
			Broken: func(t Tree) []string {
				folders := []string{"backend/vault", "backend/session/presence", "build/windowstory"}
				return only(t, []string{"github.com/zalando/go-keyring", "github.com/godbus/dbus"}, folders)
			},
		},
		{
			Name:   "few packages touch crypto primitives",
			Reason: "A key or a nonce handled in the wrong place cannot be found by reading five packages if there are thirty.",
			Broken: func(t Tree) []string {
				return imports(t, func(f File, p string) bool {
					return within(p, primitives...) && !slices.Contains(sealers, f.Package) && !f.onlyForTests()
				})
			},
		},
		{
			Name:   "hashes and randomness have a reason where they stand",
			Reason: "A hash of a phone number is as good as the number, and two sources of chance are one too many; each use is listed with what it is for.",
			Broken: func(t Tree) []string {
				return imports(t, func(f File, p string) bool {
					return within(p, sums...) && !slices.Contains(sealers, f.Package) && !f.onlyForTests() && !slices.Contains(sumsFor[f.Package], p)
				})
			},
		},
		{
			Name:   "broken algorithms are not used",
			Reason: "MD5, SHA-1, DES and RC4 protect nothing any more.",
			Broken: func(t Tree) []string {
				return append(only(t, []string{"crypto/md5", "crypto/des", "crypto/rc4"}, nil), only(t, []string{"crypto/sha1"}, sha1For)...)
			},
		},
		{
			Name:   "chance that can be foretold makes no secrets",
			Reason: "math/rand gives the same numbers to whoever guesses its seed; it is for what is no secret.",
			Broken: func(t Tree) []string {
				return imports(t, func(f File, p string) bool {
					return within(p, "math/rand") && !f.onlyForTests() && !slices.Contains(chanceFor, f.Package)
				})
			},
		},
		{
			Name:   "the network is met in few places",
			Reason: "What can open a connection can leak a text; what serves binds to loopback, and the provider is the only peer outside.",
			Broken: func(t Tree) []string {
				return imports(t, func(f File, p string) bool {
					return within(p, "net/http", "net/smtp", "net/rpc") && !f.onlyForTests() && !slices.Contains(networkFor, f.Package)
				})
			},
		},
		{
			Name:   "logs go through slog",
			Reason: "The log package prints whatever it is given; slog passes the types that may be logged.",
			Broken: func(t Tree) []string {
				return imports(t, func(f File, p string) bool {
					return p == "log" && !within(f.Package, "build") && !strings.HasSuffix(f.Path, "_test.go")
				})
			},
		},
	}
}
