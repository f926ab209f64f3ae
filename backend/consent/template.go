package consent

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"

	"quietline/backend/clinic"
)

// Template is one version of a consent form: words, and the places that are filled
// in. Its hash is its identity. A version is never edited: changed words are
// another version, so that a signature always stands under what was signed.
type Template struct {
	// Version names the template for ever and stands at the foot of every paper.
	Version  string
	Language clinic.Language
	Variant  Variant
	// Pair is the version that says the same in the other language, or empty.
	Pair string
	// Text is the source of the words, as [Parse] reads it.
	Text string
	Hash string // SHA-256 of Text, or of the file where it is one, hex
	// Draft marks words that no named person has reviewed yet.
	Draft bool
	// Review is who did, where somebody has.
	Review Review
	// Own says that the clinic wrote or attached it; it came with the program
	// otherwise.
	Own bool
	// Source names the paper that the clinic's own words were copied from, such as
	// "approved by Lee & Park, 3 March"; empty for others.
	Source string
	// Retired says that nobody is to sign it any more.
	Retired bool
	// File is the form itself where it is a file; Text is empty then. Zero otherwise.
	File ScanFile
}

// IsFile reports whether the form is a file that the clinic brought: it is printed as it
// is, and cannot be signed on a screen.
func (t Template) IsFile() bool { return t.File.Pages > 0 }

// Signable reports whether it can be signed on a screen today.
func (t Template) Signable() bool { return !t.Retired && !t.IsFile() && !t.IsReady() }

// Variant is for whom a form is.
type Variant string

// The variants.
const (
	ForAdults Variant = ""
	// ForMinors is signed by a parent or guardian (45 CFR 164.502(g)).
	ForMinors Variant = "minor"
	// ForPart2 is for programs of substance use treatment (42 CFR 2.31).
	ForPart2 Variant = "part2"
)

// Valid reports whether v is a known variant of a form.
func (v Variant) Valid() bool { return v == ForAdults || v == ForMinors || v == ForPart2 }

// Review is a named person's word that a template may be used as it is.
type Review struct {
	Name string      `json:"name"`
	Role Reviewer    `json:"role"`
	On   clinic.Date `json:"on"`
}

// Reviewer is as what somebody reviews a form.
type Reviewer string

// The reviewers.
const (
	Attorney   Reviewer = "attorney"
	Translator Reviewer = "translator"
	Officer    Reviewer = "privacy_officer"
)

// BlockKind is what a part of a form is.
type BlockKind string

// The kinds of blocks.
const (
	// BlockTitle and BlockHeading are the two levels of headings.
	BlockTitle   BlockKind = "title"
	BlockHeading BlockKind = "heading"
	// BlockParagraph is words, perhaps with merge fields.
	BlockParagraph BlockKind = "paragraph"
	// BlockStatement is one thing that the patient is told; Key says which of the
	// required ones it is, or is empty.
	BlockStatement BlockKind = "statement"
	// BlockPlace is a place that is ticked, filled in or signed; Key is one of the
	// places, and its words are the form's language's.
	BlockPlace BlockKind = "place"
)

// Block is one part of a form, in the order in which it is read.
type Block struct {
	Kind BlockKind
	Key  string
	Text string
}

// The places of a form.
const (
	PlacePhone      = "phone"      // the number, whose phone it is, who else reads it
	PlaceCategories = "categories" // what texts may be about, and what never
	PlaceTimes      = "times"      // days and hours
	PlaceFrequency  = "frequency"  // how many texts a week that she did not ask for
	PlaceSignature  = "signature"  // signature, date, signer and authority, witness, copy
)

var places = []string{PlacePhone, PlaceCategories, PlaceTimes, PlaceFrequency, PlaceSignature}

// Requirement is a statement that a form has to make, and where that is written.
type Requirement struct {
	Key    string
	Source string
}

// Required returns what a form of a variant has to say. The sources are the
// reasons that the screen shows; nobody has to take our word for the list.
func Required(v Variant) []Requirement {
	all := []Requirement{
		{"risks", "78-FR-5634"},
		{"alternatives", "45-CFR-164.522(b)"},
		{"voluntary", "47-CFR-64.1200(f)(9)"},
		{"rates", "carrier-rules"},
		{"emergencies", "clinic-rule"},
		{"record", "45-CFR-164.524"},
		{"new_number", "clinic-rule"},
		{"revoke", "47-CFR-64.1200(a)(10)"},
		{"electronic", "15-USC-7001(c)"},
	}
	switch v {
	case ForMinors:
		all = append(all, Requirement{"coming_of_age", "45-CFR-164.502(g)"}, Requirement{"own_rights", "45-CFR-164.502(g)"})
	case ForPart2:
		all = append(all, Requirement{"substance_use", "42-CFR-2.31"})
	}
	return all
}

// Missing returns the keys of what a form of a variant has to say, or to leave
// room for, and does not.
func Missing(v Variant, blocks []Block) []string {
	return missingKeys(v, func(kind BlockKind, key string) bool {
		return slices.ContainsFunc(blocks, func(b Block) bool { return b.Kind == kind && b.Key == key })
	})
}

var (
	statement = regexp.MustCompile(`^- (?:\[([a-z_]+)\] )?(.+)$`)
	place     = regexp.MustCompile(`^\{([a-z_]+)\}$`)
	merge     = regexp.MustCompile(`\{([a-z_]+)\}`)
)

// Parse reads the source of a form. A line beginning with "# " is its title, with
// "## " a heading, with "- " a statement, which "[risks] " after the dash marks as
// the required one of that name; a line that is one of the places in braces is
// that place; other lines that follow one another are a paragraph. Braces within
// words are merge fields.
func Parse(text string) []Block {
	var blocks []Block
	var words []string
	end := func() {
		if len(words) > 0 {
			blocks = append(blocks, Block{Kind: BlockParagraph, Text: strings.Join(words, " ")})
			words = nil
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		title, isTitle := strings.CutPrefix(line, "# ")
		heading, isHeading := strings.CutPrefix(line, "## ")
		at := place.FindStringSubmatch(line)
		said := statement.FindStringSubmatch(line)
		switch {
		case line == "":
			end()
		case isTitle:
			end()
			blocks = append(blocks, Block{Kind: BlockTitle, Text: title})
		case isHeading:
			end()
			blocks = append(blocks, Block{Kind: BlockHeading, Text: heading})
		case at != nil && slices.Contains(places, at[1]):
			end()
			blocks = append(blocks, Block{Kind: BlockPlace, Key: at[1]})
		case said != nil:
			end()
			blocks = append(blocks, Block{Kind: BlockStatement, Key: said[1], Text: said[2]})
		default:
			words = append(words, line)
		}
	}
	end()
	return blocks
}

// Merge is what a form says of one patient and one clinic. What is empty is left
// as a line to write on.
type Merge struct {
	Practice    string
	Patient     string
	BirthDate   string // in words of the form's language
	Number      string
	Expires     string // in words of the form's language
	AnswerHours string
}

// Blank stands where a merge field has nothing to say.
const Blank = "____________"

// Blocks returns the parts of a form with the merge fields filled in. A field
// that is not known stays as it was written, so that whoever looks at the preview
// sees the slip.
func (t Template) Blocks(m Merge) []Block {
	known := map[string]string{
		"practice": m.Practice, "patient": m.Patient, "birth_date": m.BirthDate, "number": m.Number,
		"expires": m.Expires, "answer_hours": m.AnswerHours,
	}
	blocks := Parse(t.Text)
	for i, b := range blocks {
		blocks[i].Text = merge.ReplaceAllStringFunc(b.Text, func(field string) string {
			switch value, found := known[strings.Trim(field, "{}")]; {
			case !found:
				return field
			case value == "":
				return Blank
			default:
				return value
			}
		})
	}
	return blocks
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
