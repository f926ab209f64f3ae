// Package journaltest holds what tests of and over the journal need: the suite
// that every [journal.EventLog] must pass, an ordering service in memory that
// passes it, a journal on a temporary folder for the tests of domain packages,
// and the golden corpus of every event ever written.
package journaltest
