// Package practice is the line of the sample clinic and of a clinic that is
// still trying the program out: a simulated provider inside this process,
// reached over real HTTP on the loopback interface.
//
// It sends nothing to anybody. Every patient has a simulated telephone that
// answers by a temperament that follows from the number, so that the same clinic
// behaves the same way each day. What it remembers ends with the process; the
// archive keeps what was said.
package practice

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider/simulator"
	"quietline/backend/settings"
)

// The practice account. These are no secrets: they open a simulated account on
// this computer for as long as the program runs.
const (
	account   = "AC00000000000000000000000000000a11"
	keySID    = "SK00000000000000000000000000000a11"
	keySecret = "practice-line-of-this-computer-00"
	service   = "MG00000000000000000000000000000a11" // keeps texts until their time
)

// Peer is a running practice line.
type Peer struct {
	sim     *simulator.Simulator
	servers []*http.Server
	url     string
	phone   clinic.Phone
}

// Start serves a practice line for a number until Stop. Where control is not
// empty, the simulator can be moved from outside on that loopback address.
func Start(phone clinic.Phone, clock clinic.Clock, control string) (*Peer, error) {
	sim, err := simulator.New(simulator.Config{
		Account: account, KeySID: keySID, KeySecret: keySecret,
		Numbers:  []simulator.Number{{Phone: phone}},
		Services: []simulator.Service{{SID: service, Name: "Practice", Numbers: []clinic.Phone{phone}, OnNumber: true}},
		Seed:     1, Clock: clock,
	})
	if err != nil {
		return nil, err
	}
	p := &Peer{sim: sim, phone: phone}
	address, err := p.serve("127.0.0.1:0", sim)
	if err != nil {
		return nil, err
	}
	p.url = "http://" + address
	if control != "" {
		if _, err := p.serve(control, sim.Control()); err != nil {
			return nil, errors.Join(err, p.Stop())
		}
	}
	return p, nil
}

func (p *Peer) serve(address string, handler http.Handler) (string, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return "", fmt.Errorf("practice: listen: %w", err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	p.servers = append(p.servers, server)
	go func() { _ = server.Serve(listener) }()
	return listener.Addr().String(), nil
}

// Stop ends the line. Requests under way break off.
func (p *Peer) Stop() error {
	var err error
	for _, s := range p.servers {
		err = errors.Join(err, s.Close())
	}
	return err
}

// Phone returns the number of the line.
func (p *Peer) Phone() clinic.Phone { return p.phone }

// Line returns how the line is reached.
func (p *Peer) Line(kind settings.LineKind) settings.Line {
	return settings.Line{
		Kind: kind, Address: p.url, Account: account, Key: keySID, Secret: keySecret, Phone: p.phone,
	}
}

// Greet gives a patient's number a telephone that answers.
func (p *Peer) Greet(phone clinic.Phone, language clinic.Language) error {
	if phone == p.phone {
		return nil
	}
	return p.sim.AddPersonas(simulator.Persona{Phone: phone, Temperament: temperament(phone), Language: language})
}

// temperament follows from the number: most people answer soon, some in a word,
// some within the hour, and one line in ten does not take texts at all.
func temperament(phone clinic.Phone) simulator.Temperament {
	switch phone[len(phone)-1] {
	case '7':
		return simulator.Landline
	case '3', '8':
		return simulator.Slow
	case '1', '6':
		return simulator.Terse
	}
	return simulator.Prompt
}
