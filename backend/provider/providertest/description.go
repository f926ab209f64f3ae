package providertest

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// DescriptionVariable names the environment variable that may hold the place of
// Twilio's OpenAPI description: a file, or a folder with the files of
// https://github.com/twilio/twilio-oai/tree/main/spec/json.
const DescriptionVariable = "QUIETLINE_TWILIO_OPENAPI"

// descriptionFile is looked for in every folder above the test's. It describes
// the part of the API with accounts, numbers and messages.
const descriptionFile = "shared/spec/twilio-messages.openapi.json"

// describedFiles are the files of a folder that are read.
var describedFiles = []string{
	"twilio_api_v2010.json", "twilio_messaging_v1.json", "twilio_studio_v2.json", "twilio_conversations_v1.json",
}

// own is of the calls by which a reply is left at the provider and pictures are lent to
// it, written by us; it says from what. A published one of the same paths counts instead.
//
//go:embed described/*.openapi.json
var own embed.FS

// The hosts of which not every path is described: the published part has only what was
// taken over from it.
const (
	apiHost       = "api.twilio.com"
	messagingHost = "messaging.twilio.com"
)

// description is what the provider says about its API, with the paths as
// patterns.
type description struct {
	paths []pathPattern
	whole bool // describes every path of the API with messages
}

type pathPattern struct {
	doc     *openapi3.T
	host    string
	path    string
	item    *openapi3.PathItem
	pattern *regexp.Regexp
}

// whereDescribed returns the files of the description; none where there is none.
func whereDescribed() ([]string, error) {
	place := os.Getenv(DescriptionVariable)
	if place == "" {
		return findDescription(), nil
	}
	if info, err := os.Stat(place); err != nil {
		return nil, err
	} else if !info.IsDir() {
		return []string{place}, nil
	}
	var files []string
	for _, name := range describedFiles {
		file := filepath.Join(place, name)
		if _, err := os.Stat(file); err == nil {
			files = append(files, file)
		}
	}
	if len(files) == 0 {
		return nil, errors.New("none of its files is in the folder")
	}
	return files, nil
}

func findDescription() []string {
	dir, err := os.Getwd()
	for err == nil {
		file := filepath.Join(dir, filepath.FromSlash(descriptionFile))
		if _, found := os.Stat(file); found == nil {
			return []string{file}
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	return nil
}

var (
	loaded   sync.Map // files → func() (*description, error)
	pathHole = regexp.MustCompile(`\\\{(\w+)\\\}`)
)

func load(files []string) (*description, error) {
	once, _ := loaded.LoadOrStore(strings.Join(files, "\n"), sync.OnceValues(func() (*description, error) {
		d := &description{}
		for _, file := range files {
			doc, err := openapi3.NewLoader().LoadFromFile(file)
			if err == nil {
				err = d.add(doc)
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", filepath.Base(file), err)
			}
		}
		if err := d.addOwn(); err != nil {
			return nil, fmt.Errorf("our own part: %w", err)
		}
		// Where two paths fit, the one with more words in it is meant.
		slices.SortFunc(d.paths, func(a, b pathPattern) int {
			if by := strings.Count(a.path, "{") - strings.Count(b.path, "{"); by != 0 {
				return by
			}
			return strings.Compare(a.path, b.path)
		})
		return d, nil
	}))
	return once.(func() (*description, error))()
}

func (d *description) addOwn() error {
	return fs.WalkDir(own, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := own.ReadFile(name)
		if err != nil {
			return err
		}
		doc, err := openapi3.NewLoader().LoadFromData(text)
		if err != nil {
			return err
		}
		return d.add(doc)
	})
}

// add takes the paths of a document that are not described yet.
func (d *description) add(doc *openapi3.T) error {
	if err := doc.Validate(openapi3.NewLoader().Context, openapi3.DisableExamplesValidation()); err != nil {
		return err
	}
	type key struct{ host, pattern string }
	known := map[key]bool{}
	for _, p := range d.paths {
		known[key{p.host, p.pattern.String()}] = true
	}
	for path, item := range doc.Paths.Map() {
		pattern, err := regexp.Compile("^" + pathHole.ReplaceAllString(regexp.QuoteMeta(path), `(?P<$1>[^/]+?)`) + "$")
		if err != nil {
			return fmt.Errorf("path %s: %w", path, err)
		}
		servers := item.Servers
		if len(servers) == 0 {
			servers = doc.Servers
		}
		if len(servers) != 1 {
			return fmt.Errorf("path %s: not of one host", path)
		}
		at, err := url.Parse(servers[0].URL)
		if err != nil {
			return fmt.Errorf("path %s: %w", path, err)
		}
		if known[key{at.Host, pattern.String()}] {
			continue
		}
		d.paths = append(d.paths, pathPattern{doc, at.Host, path, item, pattern})
		d.whole = d.whole || strings.HasSuffix(path, "/Usage/Records.json")
	}
	return nil
}

// hostOf is the host that a request means. A peer on this computer is told of every host
// but that of the API, and the API has the same paths in each region.
func hostOf(req *http.Request) string {
	host := cmp.Or(req.Host, req.URL.Host)
	if !strings.HasSuffix(host, ".twilio.com") || strings.HasPrefix(host, "api.") {
		return apiHost
	}
	return host
}

func (d *description) route(req *http.Request) (*routers.Route, map[string]string) {
	host := hostOf(req)
	for _, p := range d.paths {
		if p.host != host {
			continue
		}
		operation := p.item.GetOperation(req.Method)
		holes := p.pattern.FindStringSubmatch(req.URL.Path)
		if operation == nil || holes == nil {
			continue
		}
		values := map[string]string{}
		for i, name := range p.pattern.SubexpNames() {
			if name != "" {
				values[name] = holes[i]
			}
		}
		return &routers.Route{
			Spec: p.doc, Path: p.path, PathItem: p.item, Method: req.Method, Operation: operation,
		}, values
	}
	return nil, nil
}

// beyond are paths that the part of the description may leave out, of those hosts of
// which it does.
var beyond = regexp.MustCompile(`/Usage/Records\.json$|/Media/[^/.]+$|^/media-host/`)

func (d *description) mayLeaveOut(req *http.Request) bool {
	switch hostOf(req) {
	case messagingHost:
		return true
	case apiHost:
		return beyond.MatchString(req.URL.Path) && !(d.whole && strings.HasPrefix(req.URL.Path, "/2010") && strings.HasSuffix(req.URL.Path, ".json"))
	}
	return false
}

// dialogue is one request and what is known of its answer.
type dialogue struct {
	t     testing.TB
	input *openapi3filter.RequestValidationInput
}

// begin holds a request against the description; nil where it says nothing of
// it and need not. The body was read before.
func (d *description) begin(t testing.TB, req *http.Request, body []byte) *dialogue {
	route, holes := d.route(req)
	if route == nil {
		if d.mayLeaveOut(req) {
			return nil
		}
		t.Errorf("the description has no %s of such a path", req.Method)
		return nil
	}
	options := &openapi3filter.Options{
		AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true, SkipSettingDefaults: true,
		RejectWhenRequestBodyNotSpecified: true,
	}
	checked := req.Clone(req.Context())
	checked.Body = io.NopCloser(bytes.NewReader(body))
	x := &dialogue{t, &openapi3filter.RequestValidationInput{Request: checked, PathParams: holes, Route: route, Options: options}}
	if err := openapi3filter.ValidateRequest(req.Context(), x.input); err != nil {
		t.Errorf("%s %s: request is not as described: %v", req.Method, route.Path, err)
	}
	for name := range req.URL.Query() {
		if route.Operation.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) == nil {
			t.Errorf("%s %s: parameter %s is not described", req.Method, route.Path, name)
		}
	}
	return x
}

// says reports whether a status and a type of content are described: those of
// errors and redirects are not.
func says(status int, header http.Header) bool {
	return status < 300 && (status == http.StatusNoContent || strings.HasPrefix(header.Get("Content-Type"), "application/json"))
}

// end holds a whole answer against the description. An empty object is a fault
// on purpose.
func (x *dialogue) end(status int, header http.Header, body []byte) {
	if bytes.Equal(bytes.TrimSpace(body), []byte("{}")) {
		return
	}
	route := x.input.Route
	req := x.input.Request
	err := openapi3filter.ValidateResponse(req.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: x.input, Status: status, Header: header,
		Body: io.NopCloser(bytes.NewReader(body)), Options: x.input.Options,
	})
	if err != nil {
		x.t.Errorf("%s %s: answer is not as described: %v", req.Method, route.Path, err)
		return
	}
	described := route.Operation.Responses.Status(status)
	if described == nil || described.Value == nil {
		return
	}
	content := described.Value.Content.Get("application/json")
	var value any
	if content == nil || content.Schema == nil || json.Unmarshal(body, &value) != nil {
		return
	}
	if name := undescribed(content.Schema.Value, value); name != "" {
		x.t.Errorf("%s %s: answer has a field %s that is not described", req.Method, route.Path, name)
	}
}

// undescribed returns the name of a field that a schema does not know: by the
// letter of the description it may be there, but it is a field misspelt.
func undescribed(schema *openapi3.Schema, value any) string {
	switch value := value.(type) {
	case []any:
		if schema.Items == nil {
			return ""
		}
		for _, one := range value {
			if name := undescribed(schema.Items.Value, one); name != "" {
				return name
			}
		}
	case map[string]any:
		if len(schema.Properties) == 0 {
			return ""
		}
		for name, field := range value {
			property := schema.Properties[name]
			if property == nil {
				return name
			}
			if inner := undescribed(property.Value, field); inner != "" {
				return name + "." + inner
			}
		}
	}
	return ""
}
