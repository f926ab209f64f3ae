package house_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"quietline/build/house"
)

func TestTheHouseKeepsItsRules(t *testing.T) {
	tree, err := house.Read(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	// A walk that finds nothing would find no fault either.
	if len(tree.Files) < 50 || len(tree.Scripts) < 50 {
		t.Fatalf("only %d Go files and %d scripts were read", len(tree.Files), len(tree.Scripts))
	}
	for _, rule := range house.Rules() {
		t.Run(rule.Name, func(t *testing.T) {
			for _, line := range rule.Broken(tree) {
				t.Error(line)
			}
			if t.Failed() {
				t.Log("why: " + rule.Reason)
			}
		})
	}
}

// sound is a small house in which every rule holds, with the exceptions that the
// rules make.
func sound() fstest.MapFS {
	files := map[string]string{
		"main.go":                                 doc("main", "embed", "os", "quietline/app"),
		"app/app.go":                              doc("app", "net/http", "github.com/wailsapp/wails/v2", "quietline/app/desk", "quietline/backend/journal"),
		"app/simulated.go":                        "//go:build preview && !windows\n\n" + pkg("app", "quietline/backend/provider/simulator"),
		"app/desk/desk.go":                        doc("desk", "quietline/backend/archive"),
		"backend/clinic/clinic.go":                doc("clinic", "crypto/rand", "time"),
		"backend/clinic/clinictest/clock.go":      doc("clinictest", "testing", "quietline/backend/clinic"),
		"backend/policy/policy.go":                doc("policy", "time", "quietline/backend/clinic"),
		"backend/policy/policy_test.go":           pkg("policy_test", "os", "pgregory.net/rapid", "quietline/backend/clinic/clinictest"),
		"backend/sqlite/sqlite.go":                doc("sqlite", "crypto/aes", "crypto/sha256", "modernc.org/sqlite", "quietline/backend/clinic"),
		"backend/journal/journal.go":              doc("journal", "golang.org/x/crypto/chacha20poly1305", "quietline/backend/sqlite"),
		"backend/vault/vault.go":                  doc("vault", "filippo.io/age", "github.com/zalando/go-keyring", "quietline/backend/clinic"),
		"backend/patients/patients.go":            doc("patients", "quietline/backend/journal", "quietline/backend/sqlite"),
		"backend/archive/archive.go":              doc("archive", "quietline/backend/patients", "quietline/backend/policy"),
		"backend/provider/provider.go":            doc("provider", "quietline/backend/clinic"),
		"backend/provider/twilio/twilio.go":       doc("twilio", "net/http", "github.com/twilio/twilio-go", "quietline/backend/provider"),
		"backend/provider/simulator/simulator.go": doc("simulator", "math/rand/v2", "quietline/backend/provider"),
		"backend/exchange/exchange.go":            doc("exchange", "log/slog", "quietline/backend/archive", "quietline/backend/provider"),
		"backend/exchange/exchange_test.go":       pkg("exchange_test", "net/http", "quietline/backend/provider/simulator"),
		"build/dev/main.go":                       doc("main", "log", "net/http", "quietline/build/dev/stamp"),
		"build/dev/stamp/stamp.go":                doc("stamp", "crypto/sha256"),

		"frontend/src/app/routes.tsx":              "import { Inbox } from '../features/inbox/Inbox';\n",
		"frontend/src/features/inbox/Inbox.tsx":    "import { Row } from './Row';\nimport type { Door } from '../../door/door';\nimport { Button } from '../../ui';\n",
		"frontend/src/features/inbox/Row.tsx":      "export const Row = 1;\n",
		"frontend/src/features/inbox/Row.test.tsx": "import { render } from '@testing-library/react';\nimport { fake } from '../../test/fake';\n",
		"frontend/src/features/patients/Card.tsx":  "export const Card = 1;\n",
		"frontend/src/door/door.ts":                "import type {\n  Doors,\n  Names,\n} from './bindings';\n",
		"frontend/src/door/bindings.ts":            "export interface Doors {}\n",
		"frontend/src/ui/index.ts":                 "export { Button } from './Button';\n",
		"frontend/src/ui/Button.tsx":               "import { useText } from '../i18n/text';\n",
		"frontend/src/test/fake.ts":                "import { vi } from 'vitest';\n",
		"frontend/e2e/story.spec.ts":               "import { fake } from '../src/test/fake';\n",
		"frontend/node_modules/x/x.go":             "this is not Go",
	}
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func doc(name string, imports ...string) string {
	return "// Package " + name + " does one thing.\n" + pkg(name, imports...)
}

func pkg(name string, imports ...string) string {
	var b strings.Builder
	b.WriteString("package " + name + "\n\n")
	for _, p := range imports {
		b.WriteString("import _ \"" + p + "\"\n")
	}
	return b.String()
}

func TestASoundHouseBreaksNoRule(t *testing.T) {
	tree, err := house.Read(sound())
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range house.Rules() {
		for _, line := range rule.Broken(tree) {
			t.Errorf("%s: %s", rule.Name, line)
		}
	}
}

// broken lists one file that breaks each rule, and what the rule must say of it.
var broken = []struct{ rule, file, text, says string }{
	{"main only starts app", "flags.go", pkg("main", "quietline/backend/vault"), "flags.go imports quietline/backend/vault"},
	{"main only starts app", "flags.go", pkg("main", "github.com/wailsapp/wails/v2"), "flags.go imports github.com"},
	{"imports point inwards", "backend/archive/up.go", pkg("archive", "quietline/app/desk"), "backend/archive/up.go imports quietline/app/desk"},
	{"imports point inwards", "backend/archive/up_test.go", pkg("archive_test", "quietline/app"), "up_test.go imports quietline/app"},
	{"imports point inwards", "app/run.go", pkg("app", "quietline/build/dev/stamp"), "app/run.go imports"},
	{"clinic stands on the standard library", "backend/clinic/x.go", pkg("clinic", "golang.org/x/text/unicode/norm"), "x.go imports golang.org"},
	{"clinic stands on the standard library", "backend/clinic/x.go", pkg("clinic", "quietline/backend/policy"), "x.go imports quietline"},
	{"policy is pure", "backend/policy/x.go", pkg("policy", "os"), "x.go imports os"},
	{"policy is pure", "backend/policy/x.go", pkg("policy", "math/rand/v2"), "x.go imports math/rand"},
	{"policy is pure", "backend/policy/x.go", pkg("policy", "golang.org/x/text/language"), "x.go imports golang.org"},
	{"the backend's packages import what is listed", "backend/policy/x.go", pkg("policy", "quietline/backend/journal"), "policy/x.go imports"},
	{"the backend's packages import what is listed", "backend/patients/x_windows.go", pkg("patients", "quietline/backend/archive"), "x_windows.go imports"},
	{"the backend's packages import what is listed", "backend/archive/x.go", pkg("archive", "quietline/backend/exchange"), "archive/x.go imports"},
	{"the backend's packages import what is listed", "backend/billing/x.go", doc("billing"), "backend/billing is a new package"},
	{"what is for tests is imported by tests", "backend/archive/x.go", pkg("archive", "quietline/backend/clinic/clinictest"), "x.go imports"},
	{"what is for tests is imported by tests", "app/x.go", pkg("app", "testing"), "x.go imports testing"},
	{"what is for tests is imported by tests", "backend/archive/x.go", pkg("archive", "pgregory.net/rapid"), "x.go imports pgregory"},
	{"the simulator is for the sample clinic and for tests", "backend/exchange/x.go", pkg("exchange", "quietline/backend/provider/simulator"), "x.go imports"},
	{"the runner stands on the standard library and apart from the program", "build/dev/x.go", pkg("main", "golang.org/x/sys/unix"), "x.go imports golang.org"},
	{"the runner stands on the standard library and apart from the program", "build/dev/x.go", pkg("main", "quietline/app"), "x.go imports quietline/app"},
	{"only app imports the window", "app/desk/x.go", pkg("desk", "github.com/wailsapp/wails/v2/pkg/runtime"), "app/desk/x.go imports"},
	{"only sqlite imports the database driver", "backend/journal/x_test.go", pkg("journal_test", "modernc.org/sqlite/lib"), "x_test.go imports"},
	{"only twilio imports the provider's client", "backend/exchange/x.go", pkg("exchange", "github.com/twilio/twilio-go/client"), "x.go imports"},
	{"only records imports the library for PDFs", "backend/archive/x.go", pkg("archive", "github.com/pdfcpu/pdfcpu/pkg/api"), "x.go imports"},
	{"only vault and presence speak to the system's keyring and bus", "app/x.go", pkg("app", "github.com/godbus/dbus/v5"), "x.go imports"},
	{"few packages touch crypto primitives", "backend/patients/x.go", pkg("patients", "crypto/aes"), "x.go imports crypto/aes"},
	{"few packages touch crypto primitives", "app/x.go", pkg("app", "golang.org/x/crypto/argon2"), "x.go imports"},
	{"few packages touch crypto primitives", "backend/exchange/x.go", pkg("exchange", "crypto/hmac"), "x.go imports crypto/hmac"},
	{"hashes and randomness have a reason where they stand", "backend/archive2/x.go", doc("archive2", "crypto/sha256"), "x.go imports crypto/sha256"},
	{"hashes and randomness have a reason where they stand", "backend/clinic/x.go", pkg("clinic", "crypto/sha256"), "x.go imports crypto/sha256"},
	{"broken algorithms are not used", "backend/journal/x.go", pkg("journal", "crypto/sha1"), "x.go imports crypto/sha1"},
	{"broken algorithms are not used", "backend/vault/x_test.go", pkg("vault_test", "crypto/md5"), "x_test.go imports crypto/md5"},
	{"chance that can be foretold makes no secrets", "backend/journal/x.go", pkg("journal", "math/rand"), "x.go imports math/rand"},
	{"the network is met in few places", "backend/archive/x.go", pkg("archive", "net/http"), "x.go imports net/http"},
	{"logs go through slog", "app/x.go", pkg("app", "log"), "x.go imports log"},
	{"packages are named by what they are about", "backend/archive/util/x.go", doc("util"), "backend/archive/util"},
	{"a package has one comment", "app/x.go", doc("app"), "several package comments"},
	{"a package has one comment", "app/paper/x.go", pkg("paper"), "app/paper has no package comment"},
	{"build tags are few", "app/x.go", "//go:build linux && enterprise\n\n" + pkg("app"), "x.go is built by the tag enterprise"},
	{"features do not import each other", "frontend/src/features/inbox/X.tsx", "import { Card } from '../patients/Card';\n", "X.tsx imports frontend/src/features/patients/Card"},
	{"features do not import each other", "frontend/src/features/inbox/X.tsx", "const c = lazy(() => import('../patients/Card'));\n", "X.tsx imports frontend/src/features/patients/Card"},
	{"features do not import each other", "frontend/src/features/inbox/X.tsx", "export {\n  Card,\n} from '../patients/Card.tsx';\n", "X.tsx imports frontend/src/features/patients/Card"},
	{"only the door imports the generated bindings", "frontend/src/features/inbox/X.tsx", "import type { Doors } from '../../door/bindings';\n", "X.tsx imports frontend/src/door/bindings"},
	{"only the door imports the generated bindings", "frontend/src/features/inbox/X.tsx", "import { Call } from '../../../wailsjs/go/app/Door';\n", "X.tsx imports frontend/wailsjs"},
	{"the design system knows no screen", "frontend/src/ui/X.tsx", "import { call } from '../door/door';\n", "X.tsx imports frontend/src/door/door"},
	{"what lies beneath the features does not know them", "frontend/src/door/x.ts", "import '../features/inbox/Inbox';\n", "x.ts imports frontend/src/features/inbox/Inbox"},
	{"what lies beneath the features does not know them", "frontend/src/features/inbox/X.tsx", "import { go } from '../../app/routes';\n", "X.tsx imports frontend/src/app/routes"},
	{"shipped screens import no test code", "frontend/src/features/inbox/X.tsx", "import { fake } from '../../test/fake';\n", "X.tsx imports frontend/src/test/fake"},
}

func TestEveryRuleCanBeBroken(t *testing.T) {
	proven := map[string]bool{}
	for _, c := range broken {
		proven[c.rule] = true
		t.Run(c.rule+"/"+c.file, func(t *testing.T) {
			fsys := sound()
			fsys[c.file] = &fstest.MapFile{Data: []byte(c.text)}
			tree, err := house.Read(fsys)
			if err != nil {
				t.Fatal(err)
			}
			for _, rule := range house.Rules() {
				if rule.Name != c.rule {
					continue
				}
				found := strings.Join(rule.Broken(tree), "\n")
				if !strings.Contains(found, c.says) {
					t.Errorf("found %q; want %q", found, c.says)
				}
				return
			}
			t.Error("there is no such rule")
		})
	}
	for _, rule := range house.Rules() {
		if !proven[rule.Name] {
			t.Errorf("nothing proves that %q can be broken", rule.Name)
		}
		if rule.Reason == "" {
			t.Errorf("%q has no reason", rule.Name)
		}
	}
}

func TestWhatCannotBeReadIsAnError(t *testing.T) {
	fsys := sound()
	fsys["app/x.go"] = &fstest.MapFile{Data: []byte("this is not Go")}
	if _, err := house.Read(fsys); err == nil {
		t.Error("a file that is not Go was passed over")
	}
}
