package vault

import "quietline/backend/clinic"

// What can go wrong with a vault. Parameters are named beside the code.
const (
	// CodeMissing: the folder holds no vault.
	CodeMissing clinic.Code = "vault.missing"
	// CodeExists: the folder holds a clinic already, or part of one.
	CodeExists clinic.Code = "vault.exists"
	// CodeUnreadable: the system would not let the file be read.
	CodeUnreadable clinic.Code = "vault.unreadable"
	// CodeNotSaved: the file could not be written; the old one still stands.
	CodeNotSaved clinic.Code = "vault.not_saved"
	// CodeDamaged: the file is not what this program wrote.
	CodeDamaged clinic.Code = "vault.damaged"
	// CodeNewer: a newer version of this program wrote the file or the sheet.
	CodeNewer clinic.Code = "vault.newer"
	// CodeWeak: the file was made for the sample clinic, with keys that are
	// cheap to guess.
	CodeWeak clinic.Code = "vault.weak"

	// CodeWrongPassphrase: the passphrase and the person do not belong together.
	CodeWrongPassphrase clinic.Code = "vault.wrong_passphrase"
	// CodeTooSoon: too many failures; until (clinic.Instant), seconds (int).
	CodeTooSoon clinic.Code = "vault.too_soon"
	// CodeNeedsCode: the passphrase is right, and the person's second factor is
	// asked for besides.
	CodeNeedsCode clinic.Code = "vault.needs_code"
	// CodeWrongCode: the code of the second factor is wrong, too old, or was used
	// before.
	CodeWrongCode clinic.Code = "vault.wrong_code"
	// CodeWrongShort: the short passphrase is another one; left (int) tries remain.
	CodeWrongShort clinic.Code = "vault.wrong_short"
	// CodeShortOver: the short passphrase opens nothing now; the full one does.
	CodeShortOver clinic.Code = "vault.short_over"
	// CodePassphraseShort: min (int) characters are needed.
	CodePassphraseShort clinic.Code = "vault.passphrase_short"
	// CodePassphraseLong: max (int) characters are allowed.
	CodePassphraseLong clinic.Code = "vault.passphrase_long"
	// CodePassphraseCommon: the passphrase is among the first that are guessed.
	CodePassphraseCommon clinic.Code = "vault.passphrase_common"

	// CodeKeyringAbsent: the keyring works and holds nothing for this clinic.
	CodeKeyringAbsent clinic.Code = "vault.keyring_absent"
	// CodeKeyringLocked: the keyring is locked and was not opened.
	CodeKeyringLocked clinic.Code = "vault.keyring_locked"
	// CodeKeyringUnavailable: there is no keyring, or it fails.
	CodeKeyringUnavailable clinic.Code = "vault.keyring_unavailable"
	// CodeKeyringSlow: the keyring did not answer in time; it may be waiting for
	// a person in a window of its own.
	CodeKeyringSlow clinic.Code = "vault.keyring_slow"
	// CodeOtherDevice: what the keyring holds is not the secret of this device.
	CodeOtherDevice clinic.Code = "vault.other_device"
	// CodeNotBound: the call needs a device that is bound; Rebind makes it so.
	CodeNotBound clinic.Code = "vault.not_bound"

	// CodeWordsIncomplete: have (int) words of need (int).
	CodeWordsIncomplete clinic.Code = "vault.words_incomplete"
	// CodeWordUnknown: the word at position (int, from 1) is not in the list.
	CodeWordUnknown clinic.Code = "vault.word_unknown"
	// CodeWordDiffers: the word at position (int, from 1) is another one.
	CodeWordDiffers clinic.Code = "vault.word_differs"
	// CodeWordsMistyped: all words are in the list, but one is wrong or two have
	// changed places.
	CodeWordsMistyped clinic.Code = "vault.words_mistyped"
	// CodeWrongWords: a whole sheet, but not this clinic's current one.
	CodeWrongWords clinic.Code = "vault.wrong_words"

	// CodeMoveMistyped: a move code that no program made.
	CodeMoveMistyped clinic.Code = "vault.move_mistyped"
	// CodeMoveCode: a move code of another file.
	CodeMoveCode clinic.Code = "vault.move_code"

	// CodeMemberUnknown: nobody of that id is in the vault.
	CodeMemberUnknown clinic.Code = "vault.member_unknown"
	// CodeMemberExists: somebody of that id is in the vault already.
	CodeMemberExists clinic.Code = "vault.member_exists"
	// CodeLastMember: nobody else could sign in on this device.
	CodeLastMember clinic.Code = "vault.last_member"
	// CodeAnchorBackwards: the anchor lies before the one that is kept.
	CodeAnchorBackwards clinic.Code = "vault.anchor_backwards"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code {
	return []clinic.Code{
		CodeMissing, CodeExists, CodeUnreadable, CodeNotSaved, CodeDamaged, CodeNewer, CodeWeak,
		CodeWrongPassphrase, CodeTooSoon, CodeNeedsCode, CodeWrongCode,
		CodeWrongShort, CodeShortOver, CodePassphraseShort, CodePassphraseLong, CodePassphraseCommon,
		CodeKeyringAbsent, CodeKeyringLocked, CodeKeyringUnavailable, CodeKeyringSlow,
		CodeOtherDevice, CodeNotBound,
		CodeWordsIncomplete, CodeWordUnknown, CodeWordDiffers, CodeWordsMistyped, CodeWrongWords,
		CodeMoveMistyped, CodeMoveCode,
		CodeMemberUnknown, CodeMemberExists, CodeLastMember, CodeAnchorBackwards,
	}
}
