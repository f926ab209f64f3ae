package sqlite

import (
	"testing"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

const (
	none      = lib.SQLITE_LOCK_NONE
	shared    = lib.SQLITE_LOCK_SHARED
	reserved  = lib.SQLITE_LOCK_RESERVED
	pending   = lib.SQLITE_LOCK_PENDING
	exclusive = lib.SQLITE_LOCK_EXCLUSIVE
	ok        = lib.SQLITE_OK
	busy      = lib.SQLITE_BUSY
)

// TestLocksOfAFile goes through what one connection may take beside what another
// one holds (https://sqlite.org/lockingv3.html, section 3).
func TestLocksOfAFile(t *testing.T) {
	for _, c := range []struct {
		name             string
		theirs, own, ask int32
		want             int32
		then             int32 // what we hold afterwards
	}{
		{"alone to share", none, none, shared, ok, shared},
		{"alone to all", none, shared, exclusive, ok, exclusive},
		{"again", none, exclusive, shared, ok, exclusive},
		{"share with a reader", shared, none, shared, ok, shared},
		{"share with one who has reserved", reserved, none, shared, ok, shared},
		{"share with one who waits for all", pending, none, shared, busy, none},
		{"share with one who has all", exclusive, none, shared, busy, none},
		{"reserve beside a reader", shared, shared, reserved, ok, reserved},
		{"reserve beside one who has", reserved, shared, reserved, busy, shared},
		{"all beside a reader", shared, shared, exclusive, busy, shared},
		{"all beside a reader, having reserved", shared, reserved, exclusive, busy, pending},
		{"all beside one who has reserved", reserved, shared, exclusive, busy, shared},
	} {
		t.Run(c.name, func(t *testing.T) {
			me, other := &file{}, &file{}
			l := &fileLocks{held: map[*file]int32{other: c.theirs, me: c.own}}
			if got := l.lock(me, c.ask); got != c.want || l.held[me] != c.then {
				t.Errorf("gives %d and leaves %d", got, l.held[me])
			}
			if l.reserved() != (max(c.theirs, c.then) >= reserved) {
				t.Errorf("says %t to whether anyone has reserved", l.reserved())
			}
			l.unlock(me, shared)
			if l.held[me] > shared {
				t.Errorf("lowered, it holds %d", l.held[me])
			}
			l.unlock(me, none)
			l.unlock(other, none)
			if len(l.held) != 0 {
				t.Errorf("%d locks are left", len(l.held))
			}
		})
	}
}

func TestLocksOfTheIndex(t *testing.T) {
	const share, exclude, drop = lib.SQLITE_SHM_SHARED | lib.SQLITE_SHM_LOCK, lib.SQLITE_SHM_EXCLUSIVE | lib.SQLITE_SHM_LOCK, lib.SQLITE_SHM_UNLOCK
	for _, c := range []struct {
		name                string
		theirs, at, n       int32
		ask, offset, length int32
		want                int32
	}{
		{"readers beside each other", share, 3, 1, share, 3, 1, ok},
		{"a reader beside a writer", exclude, 3, 1, share, 3, 1, busy},
		{"a writer beside a reader", share, 3, 1, exclude, 3, 1, busy},
		{"writers beside each other", exclude, 0, 1, exclude, 0, 1, busy},
		{"other slots", exclude, 0, 1, exclude, 1, 2, ok},
		{"several slots, the last one taken", share, 7, 1, exclude, 4, 4, busy},
		{"several slots, the next one taken", share, 7, 1, exclude, 4, 3, ok},
		{"the last slot", exclude, 0, 7, share, 7, 1, ok},
	} {
		t.Run(c.name, func(t *testing.T) {
			x, me, other := &walIndex{}, &file{}, &file{}
			if rc := x.lock(other, c.at, c.n, c.theirs); rc != ok {
				t.Fatalf("the other one gets %d", rc)
			}
			if rc := x.lock(me, c.offset, c.length, c.ask); rc != c.want {
				t.Errorf("gives %d", rc)
			}
			x.lock(other, c.at, c.n, c.theirs&^lib.SQLITE_SHM_LOCK|drop)
			if rc := x.lock(me, 0, 8, exclude); rc != ok {
				t.Errorf("once the other one is gone, everything gives %d", rc)
			}
		})
	}
}

func TestTheIndexGoesWithItsLastUser(t *testing.T) {
	tls := libc.NewTLS()
	defer tls.Close()
	x, first, second := &walIndex{}, &file{}, &file{}
	if p, rc := x.region(tls, first, 0, false); p != 0 || rc != ok {
		t.Errorf("a region that nobody made is at %d, %d", p, rc)
	}
	p, rc := x.region(tls, first, 1, true)
	if p == 0 || rc != ok || len(x.regions) != 2 {
		t.Fatalf("the second region is at %d, %d, of %d", p, rc, len(x.regions))
	}
	if !isZero(bytesAt(p, indexRegion)) {
		t.Error("a new region is not blank")
	}
	bytesAt(p, 1)[0] = 7
	if same, _ := x.region(tls, second, 1, false); same != p {
		t.Error("two connections do not share the index")
	}
	x.lock(first, 0, 1, lib.SQLITE_SHM_EXCLUSIVE|lib.SQLITE_SHM_LOCK)
	x.leave(tls, first)
	if len(x.regions) != 2 || bytesAt(p, 1)[0] != 7 {
		t.Error("the index has gone with its first user")
	}
	if rc := x.lock(second, 0, 1, lib.SQLITE_SHM_EXCLUSIVE|lib.SQLITE_SHM_LOCK); rc != ok {
		t.Errorf("the lock of one who left gives %d", rc)
	}
	x.leave(tls, second)
	if len(x.regions) != 0 {
		t.Error("the index stays without a user")
	}
}
