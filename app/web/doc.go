//go:build !preview

// Package web is empty unless built with the tag "preview"; see web.go.
package web
