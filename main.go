// Quietline is a texting desk for small clinics that keeps its own records.
package main

import (
	"embed"
	"os"

	"quietline/app"
)

//go:embed all:frontend/dist
var dist embed.FS

func main() { os.Exit(app.Run(dist)) }
