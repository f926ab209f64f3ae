// Package journal is the one door through which anything changes: a totally
// ordered log of sealed events, and the views that are computed from it.
//
// A caller hands [Journal.Submit] a decision. The decision runs under the one
// writer, reads the views at a known position of the log and records events.
// The events are sealed, signed and appended as one batch, applied to the views
// by the reducers of the domain packages ([Projection]), and only then does
// Submit return. Everything that a screen shows is read from the views.
//
// # What it guarantees
//
//   - The log is the truth. Views can be deleted, damaged or rolled back; they
//     are rebuilt from the log to an identical content hash.
//   - An event is in the log wholly or not at all, and so is a batch. An event
//     that no reducer can apply is never appended.
//   - A decision is appended only at the position at which it was made. When
//     another seat was quicker, it is made again on the newer state.
//   - The log is a hash chain, each batch of it signed by the seat that wrote it.
//     Reading the log checks both before an event is handed out.
//   - Destroying content keys destroys content. The chain still verifies, and the
//     views become what they would be had the content never been readable.
//   - A program that does not understand an event stops writing, and says so,
//     instead of writing on a misread state.
//
// # What it does not
//
// The layer that orders events ([EventLog]) sees ciphertext, sizes, times of
// arrival, which seat wrote, and which events exclude each other; nothing else.
// Who holds the keys of a clinic can read all of it: roles are enforced by the
// doors, not here. Only an anchor kept elsewhere ([Journal.CheckAnchors]) finds a
// whole folder that was put back to an older state.
//
// The format is described in backend/doc/journal.md.
package journal
