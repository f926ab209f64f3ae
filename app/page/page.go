// Package page serves the built front end, to the desktop window and to the
// preview alike, and says with every answer what a page may do.
//
// A page runs only scripts that came with the program, shows no frames, and
// talks to nobody but the program. The index carries this launch's token and a
// nonce for the styles of its components; nothing else in the assets differs
// from launch to launch.
package page

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"html"
	"io/fs"
	"net/http"
	"strings"
)

// Index is what the server writes into the index page.
type Index struct {
	// Token opens the doors; empty where the page learns it another way.
	Token string
	// Transport is "wails" or "http".
	Transport string
}

const placeholderNonce = "__NONCE__"

// NewToken returns a token for one launch: 256 random bits, base64url.
func NewToken() string { return random(32) }

func random(n int) string {
	raw := make([]byte, n)
	// crypto/rand.Read never returns an error; it ends the program instead.
	_, _ = rand.Read(raw)
	return base64.RawURLEncoding.EncodeToString(raw)
}

// Policy is the content security policy of every answer. Styles need the nonce,
// since components bring their own; 'wasm-unsafe-eval' lets WebAssembly run and
// no script from text.
func Policy(nonce string) string {
	return strings.Join([]string{
		"default-src 'self'",
		"script-src 'self' 'wasm-unsafe-eval'",
		"style-src 'self' 'nonce-" + nonce + "'",
		"img-src 'self' blob: data:",
		"font-src 'self' data:",
		"connect-src 'self'",
		"frame-src 'none'",
		"frame-ancestors 'none'",
		"object-src 'none'",
		"base-uri 'none'",
		"form-action 'none'",
	}, "; ")
}

// Handler serves the assets.
func Handler(assets fs.FS, index Index) http.Handler {
	files := http.FileServerFS(assets)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		nonce := random(16)
		h := w.Header()
		h.Set("Content-Security-Policy", Policy(nonce))
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "", http.StatusMethodNotAllowed)
			return
		}
		if r.URL.Path == "/" || r.URL.Path == "/index.html" {
			serveIndex(w, assets, index, nonce)
			return
		}
		files.ServeHTTP(w, r)
	})
}

func serveIndex(w http.ResponseWriter, assets fs.FS, index Index, nonce string) {
	raw, err := fs.ReadFile(assets, "index.html")
	if errors.Is(err, fs.ErrNotExist) {
		http.Error(w, "The front end was not built into this program.", http.StatusNotFound)
		return
	}
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	for placeholder, value := range map[string]string{
		placeholderNonce: nonce, "__TOKEN__": index.Token, "__TRANSPORT__": index.Transport,
	} {
		raw = bytes.ReplaceAll(raw, []byte(placeholder), []byte(html.EscapeString(value)))
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(raw)
}
