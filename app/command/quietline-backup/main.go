// Quietline-backup is "quietline backup" as a program of its own, for Windows: the
// desktop program there is built without a console, so that it can neither ask for the
// words nor print anything. It does the same, with the same exit codes, and lies beside
// the desktop program.
package main

import (
	"os"

	"quietline/app/command"
	"quietline/backend/vault"
)

func main() { os.Exit(command.FromShell(os.Args[1:], vault.Standard)) }
