// Package clinic holds the words that every other package shares: ids,
// instants and dates, phone numbers, roles, error codes, the clock and what may
// be written to a log.
//
// It depends on the standard library alone and knows nothing of databases,
// windows or providers. Values are plain data; every parser either returns a
// value in its one canonical form or an [Error] that says which field was wrong,
// without repeating what was typed.
package clinic
