//go:build !preview && !windowstory

package app

import "github.com/wailsapp/wails/v2/pkg/options"

// rehearsed returns the options as they are; see the build for the story in the
// real window.
func (w *window) rehearsed(o *options.App) *options.App { return o }
