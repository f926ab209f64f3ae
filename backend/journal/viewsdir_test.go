package journal

import "testing"

func TestOnlyViewsFilesAreSwept(t *testing.T) {
	for name, want := range map[string]uint64{
		"views-7.db": 7, "views-7.db-wal": 7, "views-7.db-shm": 7, "views-7.db-journal": 7, "views-0.db": 0,
	} {
		if got, ours := viewsGeneration(name); !ours || got != want {
			t.Errorf("%s: %d, %t", name, got, ours)
		}
	}
	for _, name := range []string{
		"journal.db", "views-.db", "views-7", "views-7.db.bak", "views-07.db", "views--7.db", "views-x.db",
		"vault.json", "views-7.db-walnut", "xviews-7.db", "views-99999999999999999999.db",
	} {
		if _, ours := viewsGeneration(name); ours {
			t.Errorf("%s is taken for ours", name)
		}
	}
}
