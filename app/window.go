//go:build !preview

package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/options/mac"
	"github.com/wailsapp/wails/v2/pkg/options/windows"
	"github.com/wailsapp/wails/v2/pkg/runtime"

	"quietline/app/desk"
	"quietline/app/page"
	"quietline/app/successor"
	"quietline/backend/clinic"
	"quietline/backend/parcel"
	"quietline/backend/salvage"
	"quietline/backend/session/presence"
)

func practising(o startOptions) bool { return o.sample }

// blankWithin is how long a lock waits for the window to say that it shows
// nothing any more. It is then locked whether or not it has said so.
const blankWithin = 80 * time.Millisecond

// window is the desktop window around a program.
type window struct {
	*program

	mu  sync.Mutex
	ctx context.Context // of the window; nil before it exists
	// stop ends the forwarding of changes and the guard.
	stop func()

	// before is where the window was that this one takes the place of, or nil.
	before    *successor.Place
	clipboard clipboard
}

func run(assets fs.FS, args []string) error {
	before, errand, _ := successor.Received()
	defer clear(errand)
	o, err := parse(args, os.Stderr, define)
	if err != nil {
		return err
	}
	if err := ensureSample(context.Background(), o, clinic.SystemClock()); err != nil {
		return err
	}
	prepareProcess()
	w := &window{before: before.Window}
	w.program = assemble(o, clinic.NewLog(os.Stderr), func(cfg *desk.Config) {
		cfg.Presence = presence.New(presence.Config{Clock: cfg.Clock, Log: cfg.Log})
		cfg.Before = desk.Left{Member: before.Member, At: before.LockedAt, Noted: before.Noted, Errand: errand}
		cfg.Locking, cfg.Locked, cfg.Copied = w.blank, w.locked, w.clipboard.put
		cfg.SaveAs, cfg.ChooseFolder, cfg.ChooseMove = w.saveAs, w.chooseFolder, w.chooseMove
	})
	if before.Dropped {
		w.log.Warn("what to receive with while locked did not cross: nothing is received before a sign-in")
	}
	return wails.Run(w.rehearsed(w.options(assets, o), o))
}

func (w *window) options(assets fs.FS, o startOptions) *options.App {
	all := &options.App{
		Title: "Quietline", Width: 1320, Height: 860, MinWidth: 760, MinHeight: 560,
		BackgroundColour: options.NewRGB(0xf6, 0xf7, 0xf7),
		AssetServer: &assetserver.Options{
			Assets: assets,
			// The page handler answers everything, so that no answer leaves without
			// the policy.
			Middleware: func(http.Handler) http.Handler {
				return w.desk.Tickets().Before(page.Handler(assets, page.Index{Token: w.token, Transport: "wails"}))
			},
		},
		Logger:             silent{w.log},
		OnStartup:          w.startup,
		OnBeforeClose:      w.beforeClose,
		OnShutdown:         w.shutdown,
		Bind:               []any{&Door{w.program}},
		SingleInstanceLock: &options.SingleInstanceLock{UniqueId: instance(o.dir), OnSecondInstanceLaunch: w.secondInstance},
		Linux:              &linux.Options{ProgramName: "quietline", WebviewGpuPolicy: linux.WebviewGpuPolicyNever},
		Windows: &windows.Options{
			Theme: windows.SystemDefault, DisablePinchZoom: true, IsZoomControlEnabled: true,
			WebviewUserDataPath: webViewFolder(),
		},
		Mac: &mac.Options{TitleBar: mac.TitleBarDefault()},
	}
	w.resize(all)
	return all
}

// instance names the running program for one data folder, without naming the
// folder.
func instance(dir string) string {
	sum := sha256.Sum256([]byte(dir))
	return "org.quietline.desk." + "i" + hex.EncodeToString(sum[:8])
}

// Door is what the window may call. It has one method, so that nothing can be
// called past the registry.
type Door struct{ program *program }

// Call runs a door and returns its JSON reply. It never fails otherwise: the
// bridge would log and show what it cannot understand.
func (d *Door) Call(token, name, request string) string {
	return string(d.program.doors.Call(context.Background(), token, name, []byte(request)))
}

func (w *window) startup(ctx context.Context) {
	w.replace(ctx)
	if err := keepFromCapture(); err != nil {
		w.log.Warn("the window can be captured", "code", clinic.CodeOf(err))
	}
	changes, stop := w.changes.Listen()
	ended := make(chan struct{})
	guarded, unguard := context.WithCancel(ctx)
	w.mu.Lock()
	w.ctx = ctx
	w.stop = sync.OnceFunc(func() { stop(); unguard(); close(ended) })
	w.mu.Unlock()
	w.desk.Receive()
	go w.desk.Guard(guarded)
	go func() {
		for {
			select {
			case <-ended:
				return
			case c := <-changes:
				runtime.EventsEmit(ctx, "changed", c)
			}
		}
	}()
}

// blank tells the page to show nothing, and waits a moment for it to say so.
func (w *window) blank() {
	w.mu.Lock()
	ctx := w.ctx
	w.mu.Unlock()
	if ctx == nil {
		return
	}
	blanked := make(chan struct{})
	off := runtime.EventsOnce(ctx, "blanked", func(...any) { close(blanked) })
	defer off()
	runtime.EventsEmit(ctx, "locking")
	wait, cancel := context.WithTimeout(ctx, blankWithin)
	defer cancel()
	select {
	case <-blanked:
	case <-wait.Done():
	}
}

// here returns the window's context, or CodeCancelled where the window has gone.
func (w *window) here() (context.Context, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ctx == nil {
		return nil, clinic.E(clinic.CodeCancelled)
	}
	return w.ctx, nil
}

// saveAs asks where a file is to be saved. The dialog is the system's, which asks
// before it lets a file be replaced.
func (w *window) saveAs(_ context.Context, name string) (string, error) {
	ctx, err := w.here()
	if err != nil {
		return "", err
	}
	path, err := runtime.SaveFileDialog(ctx, runtime.SaveDialogOptions{DefaultFilename: name, CanCreateDirectories: true})
	if err != nil {
		return "", clinic.E(salvage.CodeFolder).Because(errors.New("the system's dialog failed"))
	}
	return path, nil
}

// chooseFolder asks for a folder in the system's dialog.
func (w *window) chooseFolder(context.Context) (string, error) {
	ctx, err := w.here()
	if err != nil {
		return "", err
	}
	path, err := runtime.OpenDirectoryDialog(ctx, runtime.OpenDialogOptions{CanCreateDirectories: true})
	if err != nil {
		return "", clinic.E(salvage.CodeFolder).Because(errors.New("the system's dialog failed"))
	}
	return path, nil
}

// chooseMove asks for the file of a clinic that moves in the system's dialog.
func (w *window) chooseMove(context.Context) (string, error) {
	ctx, err := w.here()
	if err != nil {
		return "", err
	}
	path, err := runtime.OpenFileDialog(ctx, runtime.OpenDialogOptions{
		Filters: []runtime.FileFilter{{DisplayName: "Quietline (*" + parcel.Suffix + ")", Pattern: "*" + parcel.Suffix}},
	})
	if err != nil {
		return "", clinic.E(parcel.CodeNotRead).Because(errors.New("the system's dialog failed"))
	}
	return path, nil
}

// beforeClose locks instead of quitting, where this device is set to. A locked
// window always closes. Whoever closes it leaves as if it were locked.
func (w *window) beforeClose(ctx context.Context) (prevent bool) {
	if !w.desk.ClosingLocks(ctx) {
		w.clipboard.clearWithin(ctx, tidyWithin)
		return false
	}
	runtime.WindowMinimise(ctx)
	w.desk.Lock()
	return true
}

func (w *window) shutdown(context.Context) {
	w.mu.Lock()
	stop := w.stop
	w.ctx = nil
	w.mu.Unlock()
	if stop != nil {
		stop()
	}
	if err := w.desk.Close(); err != nil {
		w.log.Warn("the clinic did not close in good order", "code", clinic.CodeOf(err))
	}
}

// secondInstance brings the window to the front when the program is started
// again.
func (w *window) secondInstance(options.SecondInstanceData) {
	w.mu.Lock()
	ctx := w.ctx
	w.mu.Unlock()
	if ctx != nil {
		runtime.WindowUnminimise(ctx)
		runtime.Show(ctx)
	}
}
