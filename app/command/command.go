// Package command is the program without a window, for the person who helps a
// clinic: it looks into a backup, proves it, and brings a clinic back from it.
//
// It needs the recovery sheet and nothing else; on the clinic's own computer a member's
// passphrase looks into a backup and proves it as well. Words and passphrase are read from
// standard input, so that they stand in no list of processes and no history of a shell,
// and are never written. What it prints is for people and programs alike: lines with
// tabs between their parts, times in RFC 3339 and UTC. Errors are codes
// (backend/doc/backup.md lists them), never names, words or paths. A clinic that is
// open is not touched, and one that is there is never replaced.
package command

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/folder"
	"quietline/backend/vault"
)

// Exit codes. Scripts know them: they stay as they are.
const (
	Done    = 0
	Failed  = 1 // for a reason without a number of its own; the code is printed
	Usage   = 2 // the call was wrong
	Damaged = 3 // damage was found, and named; a restore has brought a clinic back
	Words   = 4 // the words are not those of this clinic's sheet, or the passphrase is not the member's
	Absent  = 5 // there is no such backup, generation or clinic, or it is out of reach
	Refused = 6 // the folder for the clinic holds one already, or is in use
)

const usage = `quietline backup list    -from FOLDER [-member NAME [-dir FOLDER]]
quietline backup verify  -from FOLDER [-member NAME [-dir FOLDER]]
quietline backup restore -from FOLDER [-dir FOLDER] [-generation NUMBER]

The words of the recovery sheet, or the text of its square code, are read from
standard input. With -member it is that person's passphrase, and on the next line
the code of her phone if she has one.

  -from        the folder of the backup
  -member      who opens the backup, on the clinic's own computer, while Quietline
               is closed there
  -dir         the clinic's folder; for restore, the folder for the clinic that
               comes back, which must hold none
  -generation  which copy, as list numbers them; the newest without it, unless
               one cannot be read
  -sample      the backup is one of the sample clinic
`

// Config is what a command works with.
type Config struct {
	In       io.Reader
	Out, Err io.Writer
	Clock    clinic.Clock
	// Dir is the folder in which a clinic usually lies.
	Dir string
	// Work is the clinic's, unless the sample clinic is asked for.
	Work vault.WorkFactor
	// Keyring holds the secret of this computer. That of a sample clinic lies beside it.
	Keyring vault.DeviceSecrets
}

// options are what a command is called with.
type options struct {
	from, dir  string
	member     string
	generation uint64
	sample     bool
}

// Backup runs one of the commands and returns the exit code. A restore that is cut
// short goes on when it is called again.
func Backup(ctx context.Context, cfg Config, args []string) int {
	if len(args) == 0 {
		fmt.Fprint(cfg.Err, usage)
		return Usage
	}
	run, known := map[string]func(context.Context, Config, options, *open) error{
		"list": list, "verify": verify, "restore": restore,
	}[args[0]]
	o := options{dir: cfg.Dir}
	flags := flag.NewFlagSet("quietline backup", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&o.from, "from", "", "")
	flags.BoolVar(&o.sample, "sample", false, "")
	flags.StringVar(&o.dir, "dir", o.dir, "")
	if args[0] == "restore" {
		flags.Uint64Var(&o.generation, "generation", 0, "")
	} else {
		flags.StringVar(&o.member, "member", "", "")
	}
	if err := flags.Parse(args[1:]); err != nil || !known || flags.NArg() > 0 || o.from == "" {
		fmt.Fprint(cfg.Err, usage)
		if errors.Is(err, flag.ErrHelp) {
			return Done
		}
		return Usage
	}
	if o.sample {
		cfg.Work = vault.Sample
	}
	opened := bySheet
	if o.member != "" {
		opened = byMember
	}
	err := opened(ctx, cfg, o, func(b *open) error { return run(ctx, cfg, o, b) })
	if err != nil {
		fmt.Fprintln(cfg.Err, "quietline:", clinic.CodeOf(err))
	}
	return exitOf(err)
}

// nothing is the error of a restore after which there is no clinic.
type nothing struct{ error }

func (n nothing) Unwrap() error { return n.error }

func exitOf(err error) int {
	if err == nil {
		return Done
	}
	var none nothing
	damage := Damaged
	if errors.As(err, &none) {
		damage = Failed
	}
	switch clinic.CodeOf(err) {
	case backup.CodeDamaged, vault.CodeDamaged:
		return damage
	case vault.CodeWordsIncomplete, vault.CodeWordUnknown, vault.CodeWordsMistyped, vault.CodeWrongWords, folder.CodeOtherSheet,
		vault.CodeWrongPassphrase, vault.CodeNeedsCode, vault.CodeWrongCode:
		return Words
	case backup.CodeMissing, backup.CodeUnreachable, backup.CodeNoGeneration, vault.CodeMissing:
		return Absent
	case vault.CodeExists, folder.CodeInUse, folder.CodeNoAccess:
		return Refused
	}
	return Failed
}

// open is a backup that was opened, and the words that did it.
type open struct {
	*backup.Repository
	words string
	// more reads what stands behind them on standard input.
	more *bufio.Scanner
}

// bySheet opens the backup with the recovery sheet.
func bySheet(ctx context.Context, cfg Config, o options, fn func(*open) error) error {
	fmt.Fprintln(cfg.Err, "The words of the recovery sheet:")
	lines := bufio.NewScanner(io.LimitReader(cfg.In, 2*longestSheet))
	words, sheet, err := readWords(lines)
	if err != nil {
		return err
	}
	defer sheet.Wipe()
	from, err := backup.Open(ctx, backup.Config{Dir: o.from}, backup.BySheet(sheet))
	if err != nil {
		return err
	}
	defer from.Close()
	return fn(&open{from, words, lines})
}

// longestSheet is more than anybody types for sixteen words.
const longestSheet = 4 << 10

// readWords reads lines until they are a whole sheet, or a wrong one.
func readWords(lines *bufio.Scanner) (string, vault.Recovery, error) {
	var text strings.Builder
	sheet, err := vault.Recovery{}, error(clinic.E(vault.CodeWordsIncomplete))
	for errors.Is(err, clinic.E(vault.CodeWordsIncomplete)) && lines.Scan() {
		text.WriteString(lines.Text())
		text.WriteByte(' ')
		sheet, err = vault.ParseRecovery(text.String())
	}
	return text.String(), sheet, err
}

func list(ctx context.Context, cfg Config, _ options, b *open) error {
	found, broken, err := b.Generations(ctx)
	if err != nil {
		return err
	}
	for _, g := range found {
		printGeneration(cfg.Out, "generation", g)
	}
	return printProblems(cfg.Out, broken)
}

func verify(ctx context.Context, cfg Config, _ options, b *open) error {
	report, err := b.Verify(ctx, meter(cfg.Err))
	if err != nil {
		return err
	}
	for _, g := range report.Whole {
		printGeneration(cfg.Out, "whole", g)
	}
	for _, g := range report.Broken {
		printGeneration(cfg.Out, "broken", g)
	}
	err = printProblems(cfg.Out, report.Problems)
	if err == nil && len(report.Whole) == 0 {
		err = clinic.E(backup.CodeNoGeneration)
	}
	return err
}

func restore(ctx context.Context, cfg Config, o options, b *open) (err error) {
	found, broken, err := b.Generations(ctx)
	if err != nil {
		return err
	}
	if len(broken) > 0 && o.generation == 0 {
		// One of them may be the newest: an older copy is taken by will and never silently.
		fmt.Fprintln(cfg.Err, "A copy cannot be read. Choose one that list shows with -generation.")
		return nothing{printProblems(cfg.Out, broken)}
	}
	at := -1
	for i, g := range found {
		if g.Number == o.generation || o.generation == 0 {
			at = i
			break
		}
	}
	if at < 0 {
		return clinic.E(backup.CodeNoGeneration)
	}
	into, err := folder.Take(o.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, into.Release()) }()
	r := folder.Restore{
		From: b.Repository, Generation: found[at].Name, Words: b.words, Work: cfg.Work, Clock: cfg.Clock, Tell: meter(cfg.Err),
	}
	done, err := into.Restore(ctx, r)
	if errors.Is(err, clinic.E(folder.CodeOtherSheet)) {
		fmt.Fprintln(cfg.Err, "This copy was left behind. The words of the sheet that was in force in it:")
		older, sheet, wrong := readWords(b.more)
		if wrong != nil {
			return nothing{errors.Join(err, wrong)}
		}
		sheet.Wipe()
		r.LeftWords = older
		done, err = into.Restore(ctx, r)
	}
	if err != nil {
		_ = printProblems(cfg.Out, done.Lost) // the error says it
		return nothing{err}
	}
	printGeneration(cfg.Out, "restored", done.Generation)
	fmt.Fprintln(cfg.Err, "Start Quietline and open the clinic with the recovery sheet.")
	return printProblems(cfg.Out, append(broken, done.Lost...))
}

// printGeneration prints number, time, position, events, files of attachments and
// bytes.
func printGeneration(to io.Writer, what string, g backup.Generation) {
	fields := []string{
		what, strconv.FormatUint(g.Number, 10), g.Made.Time().Format(time.RFC3339), strconv.FormatUint(g.Head.Seq, 10) + " events",
		strconv.Itoa(g.Attachments) + " files", strconv.FormatInt(g.Bytes, 10) + " bytes",
	}
	fmt.Fprintln(to, strings.Join(fields, "\t"))
}

func printProblems(to io.Writer, problems []backup.Problem) error {
	for _, p := range problems {
		fmt.Fprintf(to, "damaged\t%s\t%s\n", p.File, p.Code)
	}
	if len(problems) > 0 {
		return clinic.E(backup.CodeDamaged)
	}
	return nil
}

// meter prints each tenth of a stage once.
func meter(to io.Writer) func(backup.Progress) {
	var last string
	return func(p backup.Progress) {
		if p.Total == 0 {
			return
		}
		if line := fmt.Sprintf("%s\t%d %%", p.Stage, p.Done*10/p.Total*10); line != last {
			last = line
			fmt.Fprintln(to, line)
		}
	}
}
