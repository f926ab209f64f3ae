// Package web puts the doors on a loopback address, for a browser: the preview
// of the sample clinic and the browser tests.
//
// It is built only with the tag "preview" and is never part of the shipped
// program. It serves loopback addresses alone, answers only requests that name
// this launch's token in a header, and refuses foreign hosts and origins, so
// that a page elsewhere in the same browser can neither call a door nor read an
// answer.
//
// The clock of the preview can be moved forward (POST /clock), for stories that take
// days. The shipped program has no such thing: it knows the machine's clock alone.
package web
