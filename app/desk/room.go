package desk

import "runtime/debug"

// LeaveRoom lets the collector of this process rest until four times what is in use lies
// there unused, instead of once. An open clinic has some 5 MB in use, and seven
// collections in the tenth of a second in which somebody waits for the inbox took an eighth
// of the work (measurements.md). Near to 256 MiB it is collected more often, whatever that
// costs; nothing that the program does has so much in use, a restore neither.
func LeaveRoom() {
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(256 << 20)
}
