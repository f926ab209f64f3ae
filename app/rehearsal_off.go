//go:build !preview && !windowstory

package app

import (
	"flag"

	"github.com/wailsapp/wails/v2/pkg/options"
)

// define adds no argument: a window that people use knows one phone service, and no
// other address of it.
func define(*flag.FlagSet, *startOptions) {}

// rehearsed returns the options as they are; see the build for the stories in the
// real window.
func (w *window) rehearsed(all *options.App, _ startOptions) *options.App { return all }
