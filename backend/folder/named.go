package folder

import (
	"maps"

	"quietline/backend/archive"
	"quietline/backend/archive/blob"
	"quietline/backend/consent"
	"quietline/backend/sqlite"
)

// NamedFiles returns the name of every sealed file that an event of any domain bears:
// what came with texts, scans of signed papers, and forms that are files.
func NamedFiles(tx *sqlite.Tx) (map[blob.Name]struct{}, error) {
	all, err := archive.NamedFiles(tx)
	if err != nil {
		return nil, err
	}
	papers, err := consent.NamedFiles(tx)
	if err != nil {
		return nil, err
	}
	maps.Copy(all, papers)
	return all, nil
}
