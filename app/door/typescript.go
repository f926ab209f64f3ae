package door

import (
	"encoding"
	"fmt"
	"reflect"
	"sort"
	"strings"
)

// Choice is a string type with a fixed list of values. It becomes a union of
// literals in TypeScript.
type Choice interface{ Choices() []string }

// TypeScript returns the front end's view of the registry: an interface for
// every struct that crosses, and one map from door name to request and answer.
// Types that marshal as text are strings; slices are never null (Call sees to
// it); pointers may be.
func (r *Registry) TypeScript() string {
	g := &generator{done: map[reflect.Type]string{}, names: map[string]reflect.Type{}}
	var doors strings.Builder
	for _, spec := range r.Specs() {
		e := r.doors[spec.Name]
		fmt.Fprintf(&doors, "  %q: { request: %s; answer: %s };\n", spec.Name, g.ref(e.request), g.ref(e.response))
	}
	sort.Strings(g.decls)
	return "// Generated from the door registry. Do not edit: run `go run ./build/dev bindings`.\n\n" +
		strings.Join(g.decls, "\n") + "\nexport interface Doors {\n" + doors.String() + "}\n"
}

type generator struct {
	done  map[reflect.Type]string
	names map[string]reflect.Type
	decls []string
}

var (
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
	choice        = reflect.TypeFor[Choice]()
	none          = reflect.TypeFor[None]()
)

// ref returns the TypeScript expression for t and declares what it names.
func (g *generator) ref(t reflect.Type) string {
	if t == none {
		return "Record<string, never>"
	}
	if t.Implements(choice) {
		return g.union(t)
	}
	if t.Implements(textMarshaler) {
		return "string"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "boolean"
	case reflect.String:
		return "string"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float64:
		return "number"
	case reflect.Pointer:
		return g.ref(t.Elem()) + " | null"
	case reflect.Slice:
		elem := g.ref(t.Elem())
		if strings.Contains(elem, "|") {
			elem = "(" + elem + ")"
		}
		return elem + "[]"
	case reflect.Map:
		return "Record<string, " + g.ref(t.Elem()) + ">"
	case reflect.Interface:
		return "unknown"
	case reflect.Struct:
		return g.object(t)
	default:
		panic("door: no TypeScript for " + t.String())
	}
}

func (g *generator) union(t reflect.Type) string {
	if name, ok := g.done[t]; ok {
		return name
	}
	name := g.claim(t)
	values := reflect.Zero(t).Interface().(Choice).Choices()
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = fmt.Sprintf("%q", v)
	}
	g.decls = append(g.decls, fmt.Sprintf("export type %s = %s;\n", name, strings.Join(quoted, " | ")))
	return name
}

func (g *generator) object(t reflect.Type) string {
	if name, ok := g.done[t]; ok {
		return name
	}
	name := g.claim(t)
	var b strings.Builder
	fmt.Fprintf(&b, "export interface %s {\n", name)
	for i := range t.NumField() {
		f := t.Field(i)
		key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || key == "" || key == "-" {
			panic("door: field without a json name: " + t.String() + "." + f.Name)
		}
		fmt.Fprintf(&b, "  %s: %s;\n", key, g.ref(f.Type))
	}
	b.WriteString("}\n")
	g.decls = append(g.decls, b.String())
	return name
}

func (g *generator) claim(t reflect.Type) string {
	name := t.Name()
	if other, taken := g.names[name]; name == "" || (taken && other != t) {
		panic("door: two types would share one TypeScript name: " + t.String())
	}
	g.names[name] = t
	g.done[t] = name
	return name
}

// filled replaces nil slices and maps by empty ones, all the way down, so that
// the front end's types are true. It changes v, which the call has just made.
func filled(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			filled(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				filled(v.Field(i))
			}
		}
	case reflect.Slice:
		if v.IsNil() && v.CanSet() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		for i := range v.Len() {
			filled(v.Index(i))
		}
	case reflect.Map:
		if v.IsNil() && v.CanSet() {
			v.Set(reflect.MakeMap(v.Type()))
		}
	}
}
