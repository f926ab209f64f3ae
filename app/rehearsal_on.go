//go:build !preview && windowstory

package app

import (
	"context"

	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/runtime"

	"quietline/app/door"
	"quietline/backend/session"
)

// rehearsal calls doors as a page could and writes into the window's title what
// became of it. It is built for the story in the real window alone.
const rehearsal = `(async () => {
	const token = document.querySelector('meta[name="quietline-token"]').content;
	const code = async (token, name) => JSON.parse(await window.go.app.Door.Call(token, name, '{}')).error?.code ?? 'ok';
	const said = [await code(token, 'test.crash'), await code('another', 'app.state'), await code(token, 'app.state')];
	window.runtime.WindowSetTitle('Rehearsed: ' + said.join(' '));
})()`

// rehearsed adds a door that dereferences nil, and calls it once the page is
// there.
func (w *window) rehearsed(o *options.App) *options.App {
	door.Add(w.doors, door.Spec{Name: "test.crash", Permission: session.Anyone},
		func(_ context.Context, c *door.Caller, _ door.None) (door.None, error) {
			var nobody *session.Member
			c.Member = *nobody
			return door.None{}, nil
		})
	o.OnDomReady = func(ctx context.Context) { runtime.WindowExecJS(ctx, rehearsal) }
	return o
}
