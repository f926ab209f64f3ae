//go:build preview

package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
)

// serveAccount serves a simulated account at the provider, in a process of its own: it
// goes on while the program is off, as a real one does. It is for the browser's
// stories; its keys open nothing else.
func serveAccount(args []string) error {
	flags := flag.NewFlagSet("account", flag.ContinueOnError)
	addr := flags.String("addr", "127.0.0.1:0", "`HOST:PORT` of the account, on loopback")
	control := flags.String("control", "127.0.0.1:0", "`HOST:PORT` at which it can be moved, on loopback")
	name := flags.String("name", "", "the account's `SID`")
	key := flags.String("key", "", "the `SID` of a key")
	number := flags.String("number", "", "the account's `number`")
	if err := flags.Parse(args); err != nil {
		return err
	}
	secret := os.Getenv("QUIETLINE_ACCOUNT_SECRET")
	if flags.NArg() > 0 || secret == "" {
		return errors.New("account needs the secret of its key in QUIETLINE_ACCOUNT_SECRET")
	}
	sim, err := simulator.New(simulator.Config{
		Account: provider.Account(*name), KeySID: *key, KeySecret: secret,
		Numbers: []simulator.Number{{Phone: clinic.Phone(*number)}}, Seed: 1, Clock: clinic.SystemClock(),
	})
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ended := make(chan error, 2)
	for _, one := range []struct {
		what, addr string
		handler    http.Handler
	}{{"control", *control, sim.Control()}, {"account", *addr, sim}} {
		listener, err := net.Listen("tcp", one.addr)
		if err != nil {
			return fmt.Errorf("account: listen: %w", err)
		}
		server := &http.Server{Handler: one.handler, ReadHeaderTimeout: 5 * time.Second}
		defer server.Close()
		go func() { ended <- server.Serve(listener) }()
		fmt.Printf("%s: http://%s\n", one.what, listener.Addr())
	}
	select {
	case <-ctx.Done():
		return nil
	case err := <-ended:
		return err
	}
}
