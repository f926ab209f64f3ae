package providertest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// DescriptionVariable names the environment variable that may hold the place of
// Twilio's OpenAPI description.
const DescriptionVariable = "QUIETLINE_TWILIO_OPENAPI"

// descriptionFile is looked for in every folder above the test's.
const descriptionFile = "shared/spec/twilio-messages.openapi.json"

// Described returns a transport that holds every request, and every good answer
// to one, against Twilio's OpenAPI description and fails the test where they
// differ. The description is not part of this repository: where it is not found,
// the test says so and next is returned as it is.
func Described(t testing.TB, next http.RoundTripper) http.RoundTripper {
	t.Helper()
	file := os.Getenv(DescriptionVariable)
	if file == "" {
		file = findDescription()
	}
	if file == "" {
		t.Logf("requests are not held against the provider's description: set %s to its place", DescriptionVariable)
		return next
	}
	d, err := load(file)
	if err != nil {
		t.Fatalf("read the provider's description: %v", err)
	}
	return &described{t: t, next: next, description: d}
}

func findDescription() string {
	dir, err := os.Getwd()
	for err == nil {
		file := filepath.Join(dir, filepath.FromSlash(descriptionFile))
		if _, found := os.Stat(file); found == nil {
			return file
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	return ""
}

// description is the document with its paths as patterns.
type description struct {
	doc   *openapi3.T
	paths []pathPattern
}

type pathPattern struct {
	path    string
	item    *openapi3.PathItem
	pattern *regexp.Regexp
}

var (
	loaded     sync.Map // file → func() (*description, error)
	pathHole   = regexp.MustCompile(`\\\{(\w+)\\\}`)
	noSecurity = openapi3filter.NoopAuthenticationFunc
)

func load(file string) (*description, error) {
	once, _ := loaded.LoadOrStore(file, sync.OnceValues(func() (*description, error) {
		doc, err := openapi3.NewLoader().LoadFromFile(file)
		if err != nil {
			return nil, err
		}
		d := &description{doc: doc}
		if err := doc.Validate(openapi3.NewLoader().Context, openapi3.DisableExamplesValidation()); err != nil {
			return nil, err
		}
		for path, item := range doc.Paths.Map() {
			pattern, err := regexp.Compile("^" + pathHole.ReplaceAllString(regexp.QuoteMeta(path), `(?P<$1>[^/]+?)`) + "$")
			if err != nil {
				return nil, fmt.Errorf("path %s: %w", path, err)
			}
			d.paths = append(d.paths, pathPattern{path, item, pattern})
		}
		return d, nil
	}))
	return once.(func() (*description, error))()
}

func (d *description) route(req *http.Request) (*routers.Route, map[string]string) {
	for _, p := range d.paths {
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
			Spec: d.doc, Path: p.path, PathItem: p.item, Method: req.Method, Operation: operation,
		}, values
	}
	return nil, nil
}

type described struct {
	t    testing.TB
	next http.RoundTripper
	*description
}

// CloseIdleConnections passes the wish on.
func (d *described) CloseIdleConnections() {
	if c, ok := d.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// RoundTrip implements [http.RoundTripper]. The body of the answer is read as a
// whole where it is checked, and handed on as it came, its breaking off
// included.
func (d *described) RoundTrip(req *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(req.URL.Path, ".json") {
		return d.next.RoundTrip(req) // the content of an attachment, of which nothing is described
	}
	route, holes := d.route(req)
	if route == nil {
		d.t.Errorf("the description has no %s of such a path", req.Method)
		return d.next.RoundTrip(req)
	}
	sent, err := readBody(req)
	if err != nil {
		return nil, err
	}
	options := &openapi3filter.Options{
		AuthenticationFunc: noSecurity, IncludeResponseStatus: true, SkipSettingDefaults: true,
		RejectWhenRequestBodyNotSpecified: true,
	}
	checked := req.Clone(req.Context())
	checked.Body = io.NopCloser(bytes.NewReader(sent))
	input := &openapi3filter.RequestValidationInput{Request: checked, PathParams: holes, Route: route, Options: options}
	if err := openapi3filter.ValidateRequest(req.Context(), input); err != nil {
		d.t.Errorf("%s %s: request is not as described: %v", req.Method, route.Path, err)
	}
	for name := range req.URL.Query() {
		if route.Operation.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) == nil {
			d.t.Errorf("%s %s: parameter %s is not described", req.Method, route.Path, name)
		}
	}
	resp, err := d.next.RoundTrip(req)
	if err != nil || resp.StatusCode >= 300 || !strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
		return resp, err // errors and redirects are not described
	}
	answer, broken := io.ReadAll(resp.Body)
	resp.Body.Close()
	resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(answer), &failing{broken}))
	// An empty object is a fault on purpose.
	if broken == nil && !bytes.Equal(bytes.TrimSpace(answer), []byte("{}")) {
		err := openapi3filter.ValidateResponse(req.Context(), &openapi3filter.ResponseValidationInput{
			RequestValidationInput: input, Status: resp.StatusCode, Header: resp.Header,
			Body: io.NopCloser(bytes.NewReader(answer)), Options: options,
		})
		if err != nil {
			d.t.Errorf("%s %s: answer is not as described: %v", req.Method, route.Path, err)
		}
	}
	return resp, nil
}

// readBody takes the body out of a request and puts it back, without giving the
// transport a way to rewind it.
func readBody(req *http.Request) ([]byte, error) {
	if req.Body == nil {
		return nil, nil
	}
	sent, err := io.ReadAll(req.Body)
	req.Body.Close()
	if err != nil {
		return nil, fmt.Errorf("read request: %w", err)
	}
	req.Body = io.NopCloser(bytes.NewReader(sent))
	return sent, nil
}

// failing ends a body as it ended before.
type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) {
	if f.err == nil {
		return 0, io.EOF
	}
	return 0, f.err
}
