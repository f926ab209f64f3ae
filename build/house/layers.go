package house

import (
	"fmt"
	"slices"
	"strings"
)

// may says what each package of the backend may import of the backend, apart
// from clinic, which all may. A package that is not listed fails: whoever adds
// one decides here where it stands. What lies in a folder named "…test" is free.
var may = map[string][]string{
	"backend/clinic": {},
	"backend/policy": {},

	// The ground: files, log, keys. None of them knows a domain.
	"backend/sqlite":           {},
	"backend/journal":          {"backend/sqlite"},
	"backend/vault":            {},
	"backend/vault/filesecret": {"backend/vault"},
	"backend/vault/vaulttest":  {},
	// One file in which a clinic goes to another computer, for one of vault's codes.
	"backend/parcel":  {"backend/vault"},
	"backend/session": {},
	// What the operating system tells of the person at the screen.
	"backend/session/presence": {},
	"backend/jobs":             {},

	// The domains. Each owns its tables, and so meets the transactions of sqlite.
	"backend/audit":  {"backend/journal", "backend/sqlite"},
	"backend/checks": {"backend/journal", "backend/sqlite"},
	"backend/move":   {"backend/journal", "backend/sqlite"},
	// An incident names a text and a patient; whoever reports it knows both.
	"backend/incidents": {"backend/journal", "backend/sqlite"},
	"backend/staff":     {"backend/journal", "backend/sqlite"},
	"backend/patients":  {"backend/journal", "backend/sqlite"},
	// Settings holds the quiet hours and caps in the words of policy.
	"backend/settings": {"backend/journal", "backend/sqlite", "backend/policy"},
	// What is answered outside of the clinic's hours is left with the provider.
	"backend/afterhours": {"backend/journal", "backend/sqlite", "backend/provider"},
	// Going live weighs what the provider said, and ends in a line of settings.
	"backend/golive": {"backend/journal", "backend/sqlite", "backend/provider", "backend/settings", "backend/staff"},
	// Consent tells policy's facts; a form is a patient's, from which age on nobody signs
	// for her as a parent is a setting, and scans of signed papers lie in sealed files.
	"backend/consent": {
		"backend/journal", "backend/sqlite", "backend/policy", "backend/patients", "backend/settings", "backend/archive/blob", "backend/archive/media",
	},
	// What a search finds is decided on words alone.
	"backend/archive/terms": {},
	// What words tell is judged by the categories of a consent, on names folded as
	// patients are searched.
	"backend/phi": {"backend/policy", "backend/patients"},
	// A thread belongs to a patient or to an unknown number, and a sent text
	// carries policy's basis.
	"backend/archive": {"backend/archive/terms", "backend/archive/blob", "backend/archive/media", "backend/journal", "backend/sqlite", "backend/policy", "backend/patients"},

	// Sealed files, and what lies in them, know nothing of texts.
	"backend/archive/blob":  {},
	"backend/archive/media": {},

	// What is left of damaged records is saved in the words of every domain.
	"backend/salvage": {
		"backend/journal", "backend/sqlite", "backend/policy", "backend/staff", "backend/patients", "backend/settings", "backend/consent",
		"backend/archive", "backend/archive/blob", "backend/archive/media",
	},

	// A paper gathers what several domains know; none of them knows it.
	"backend/records": {
		"backend/journal", "backend/sqlite", "backend/policy", "backend/patients", "backend/settings", "backend/consent", "backend/archive",
		"backend/archive/blob", "backend/incidents",
	},
	// What the screens have set on paper is finished apart from what stands on it.
	"backend/records/pdf": {},

	// A backup copies log, keys and files as they lie there, and knows no domain.
	"backend/backup": {"backend/journal", "backend/vault", "backend/archive/blob"},

	// What happens while the clinic is locked is sealed and knows no domain; it uses
	// the vault's few calls of a file system.
	"backend/spool": {"backend/vault"},

	// What one workstation keeps beside the clinic's history.
	"backend/device": {"backend/sqlite"},
	// The folder joins keys, files and the projections of every domain.
	"backend/folder": {
		"backend/journal", "backend/sqlite", "backend/vault", "backend/device", "backend/staff", "backend/patients",
		"backend/settings", "backend/consent", "backend/archive", "backend/archive/blob", "backend/audit", "backend/exchange", "backend/checks",
		"backend/afterhours", "backend/golive", "backend/salvage", "backend/backup", "backend/spool", "backend/move", "backend/parcel", "backend/records",
		"backend/incidents",
	},

	// The provider's contract knows nobody; what implements it knows only it.
	"backend/provider":           {},
	"backend/provider/twilio":    {"backend/provider"},
	"backend/provider/simulator": {"backend/provider", "backend/provider/simulator/photo"},
	// What simulated patients send is drawn, and knows nobody.
	"backend/provider/simulator/photo": {},

	// Exchange is where the domains, the decision and the provider meet. What came
	// while the clinic was locked, failed sign-ins and notes of exports too, is taken
	// in here.
	"backend/exchange": {
		"backend/spool", "backend/audit", "backend/checks", "backend/afterhours", "backend/golive",
		"backend/journal", "backend/sqlite", "backend/policy", "backend/patients", "backend/settings",
		"backend/archive", "backend/archive/blob", "backend/archive/media", "backend/consent", "backend/provider", "backend/phi",
		"backend/incidents",
	},
	// The receiver of a locked clinic names things as the records do, and knows a
	// STOP; it has no records.
	"backend/exchange/receiver": {
		"backend/exchange", "backend/spool", "backend/provider", "backend/consent", "backend/archive", "backend/patients", "backend/journal",
	},
	// The sample clinic writes through every domain, as a clinic would.
	"backend/sample": {
		"backend/folder", "backend/journal", "backend/sqlite", "backend/vault", "backend/vault/filesecret",
		"backend/session", "backend/policy", "backend/staff", "backend/patients", "backend/settings", "backend/consent",
		"backend/archive", "backend/archive/blob", "backend/archive/media", "backend/audit", "backend/provider",
		"backend/provider/simulator", "backend/provider/simulator/photo", "backend/exchange",
	},
}

func layerRules() []Rule {
	return []Rule{
		{
			Name:   "main only starts app",
			Reason: "The Wails command line wants main in the root; whatever else stood there could be reached by no test and no other shell.",
			Broken: func(t Tree) []string {
				return imports(t, func(f File, p string) bool {
					if f.Package != "." || f.Test {
						return false
					}
					folder, ours := own(p)
					return ours && folder != "app" || !ours && strings.Contains(p, ".")
				})
			},
		},
		{
			Name:   "imports point inwards",
			Reason: "The backend must run without a window, a browser or the runner; only then can it be tested whole and the shell be replaced.",
			Broken: func(t Tree) []string {
				return imports(t, func(f File, p string) bool {
					folder, ours := own(p)
					switch {
					case !ours:
						return false
					case within(f.Package, "backend"):
						return !within(folder, "backend")
					case within(f.Package, "app"), f.Package == ".":
						return !within(folder, "app", "backend")
					}
					return false
				})
			},
		},
		{
			Name:   "clinic stands on the standard library",
			Reason: "Every package imports it; what it imported, everything would.",
			Broken: func(t Tree) []string {
				return imports(t, func(f File, p string) bool {
					_, ours := own(p)
					return f.Package == "backend/clinic" && !f.Test && (ours || strings.Contains(p, "."))
				})
			},
		},
		{
			Name:   "policy is pure",
			Reason: "Whether a text may go must depend on its facts alone: no clock, no file, no network, no chance, or the same question gets two answers.",
			Broken: func(t Tree) []string {
				impure := []string{
					"context", "crypto", "database", "embed", "io", "log", "math/rand", "net", "os", "runtime", "sync", "syscall", "unsafe",
				}
				return imports(t, func(f File, p string) bool {
					return f.Package == "backend/policy" && !f.Test && (within(p, impure...) || strings.Contains(p, "."))
				})
			},
		},
		{
			Name:   "the backend's packages import what is listed",
			Reason: "A domain that reaches into another's tables or events can no longer change its own; each edge is decided once, in the list with its reason.",
			Broken: func(t Tree) []string {
				broken := imports(t, func(f File, p string) bool {
					folder, ours := own(p)
					if !ours || !within(f.Package, "backend") || !within(folder, "backend") || f.onlyForTests() {
						return false
					}
					allowed, listed := may[f.Package]
					return listed && folder != "backend/clinic" && folder != f.Package && !forTests(folder) && !slices.Contains(allowed, folder)
				})
				return append(broken, unlisted(t)...)
			},
		},
		{
			Name:   "what is for tests is imported by tests",
			Reason: "A builder or a fault in shipped code is a way around the journal, and carries the testing package into the program.",
			Broken: func(t Tree) []string {
				only := []string{"testing", "pgregory.net/rapid", "go.uber.org/goleak", "github.com/getkin/kin-openapi"}
				return imports(t, func(f File, p string) bool {
					folder, ours := own(p)
					return !f.onlyForTests() && (ours && forTests(folder) || within(p, only...))
				})
			},
		},
		{
			Name:   "the simulator is for the sample clinic and for tests",
			Reason: "A clinic whose texts go to a simulator by mistake believes that its patients were told.",
			Broken: func(t Tree) []string {
				return imports(t, func(f File, p string) bool {
					folder, _ := own(p)
					return folder == "backend/provider/simulator" && !f.onlyForTests() && !within(f.Package, "app", "backend/sample")
				})
			},
		},
		{
			Name:   "the runner stands on the standard library and apart from the program",
			Reason: "It must run on a machine that has nothing yet, and the program must not carry it. The stories in the window are told once the program is built, and need somebody at the other end of the line.",
			Broken: func(t Tree) []string {
				return imports(t, func(f File, p string) bool {
					if f.Test && within(f.Package, "build/windowstory") {
						return false
					}
					folder, ours := own(p)
					return within(f.Package, "build") && (ours && !within(folder, "build") || !ours && strings.Contains(p, "."))
				})
			},
		},
	}
}

// unlisted names the packages of the backend whose place nobody has decided.
func unlisted(t Tree) []string {
	var all []string
	for _, f := range t.Files {
		_, listed := may[f.Package]
		line := fmt.Sprintf("%s is a new package; list what it may import", f.Package)
		if within(f.Package, "backend") && !listed && !f.onlyForTests() && !slices.Contains(all, line) {
			all = append(all, line)
		}
	}
	return all
}
