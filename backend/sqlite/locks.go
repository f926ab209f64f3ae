package sqlite

import (
	"sync"

	lib "modernc.org/sqlite/lib"
)

// fileLocks are the locks that the connections of one open database hold against
// each other, by SQLite's rules: many share; one of them reserves and goes on to
// exclude the others. Other processes are kept out as a whole, by [disk.hold],
// so these need no system call.
type fileLocks struct {
	mu   sync.Mutex
	held map[*file]int32
}

func (l *fileLocks) lock(f *file, level int32) int32 {
	l.mu.Lock()
	defer l.mu.Unlock()
	own := l.held[f]
	if level <= own {
		return lib.SQLITE_OK
	}
	others := l.highest(f)
	switch level {
	case lib.SQLITE_LOCK_SHARED:
		if others >= lib.SQLITE_LOCK_PENDING {
			return lib.SQLITE_BUSY
		}
	case lib.SQLITE_LOCK_RESERVED:
		if others >= lib.SQLITE_LOCK_RESERVED {
			return lib.SQLITE_BUSY
		}
	default:
		if others >= lib.SQLITE_LOCK_RESERVED {
			return lib.SQLITE_BUSY
		}
		if others >= lib.SQLITE_LOCK_SHARED {
			// Who has reserved lets no new ones share, so that its turn comes.
			if own >= lib.SQLITE_LOCK_RESERVED {
				l.held[f] = lib.SQLITE_LOCK_PENDING
			}
			return lib.SQLITE_BUSY
		}
	}
	if l.held == nil {
		l.held = map[*file]int32{}
	}
	l.held[f] = level
	return lib.SQLITE_OK
}

// unlock lowers the lock of f to level.
func (l *fileLocks) unlock(f *file, level int32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if level <= lib.SQLITE_LOCK_NONE {
		delete(l.held, f)
	} else if l.held[f] > level {
		l.held[f] = level
	}
}

// reserved reports whether anyone has reserved the file.
func (l *fileLocks) reserved() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.highest(nil) >= lib.SQLITE_LOCK_RESERVED
}

// highest is the highest lock that anyone but f holds.
func (l *fileLocks) highest(f *file) (level int32) {
	for other, held := range l.held {
		if other != f {
			level = max(level, held)
		}
	}
	return level
}
