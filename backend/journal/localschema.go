package journal

import "quietline/backend/sqlite"

// LogMigrations returns the schema of journal.db, which holds the local log, the
// content keys beside it and what points to the views. The file is opened with
// sqlite.Full durability; its migrations are few, and every one that was ever
// released stays.
func LogMigrations() []sqlite.Migration {
	return []sqlite.Migration{{Version: 1, Statements: []string{
		`CREATE TABLE log (
			seq         INTEGER PRIMARY KEY,
			incarnation INTEGER NOT NULL,
			id          BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
			subject     BLOB UNIQUE CHECK (length(subject) = 16),
			header      BLOB NOT NULL,
			body        BLOB,
			chain       BLOB NOT NULL CHECK (length(chain) = 32),
			seal        BLOB CHECK (length(seal) = 84)
		) STRICT`,
		`CREATE TABLE content_keys (
			id           BLOB PRIMARY KEY CHECK (length(id) = 16),
			dossier      BLOB NOT NULL CHECK (length(dossier) = 16),
			class        TEXT NOT NULL,
			year         INTEGER NOT NULL,
			epoch        INTEGER NOT NULL,
			sealed       BLOB,
			destroyed_at INTEGER,
			CHECK ((sealed IS NULL) = (destroyed_at IS NOT NULL))
		) STRICT, WITHOUT ROWID`,
		`CREATE UNIQUE INDEX content_keys_living ON content_keys (dossier, class, year, epoch)
			WHERE destroyed_at IS NULL`,
		`CREATE TABLE meta (
			one              INTEGER PRIMARY KEY CHECK (one = 1),
			views_generation INTEGER NOT NULL,
			views_key        BLOB,
			destructions     INTEGER NOT NULL
		) STRICT`,
		`INSERT INTO meta (one, views_generation, views_key, destructions) VALUES (1, 0, NULL, 0)`,
	}}}
}
