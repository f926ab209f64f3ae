package desk

import "quietline/backend/clinic"

// AttachmentKind is what came with a text, in a word.
type AttachmentKind string

// The kinds of attachments.
const (
	PictureAttached AttachmentKind = "picture"
	VideoAttached   AttachmentKind = "video"
	SoundAttached   AttachmentKind = "sound"
	PaperAttached   AttachmentKind = "paper"
	ContactAttached AttachmentKind = "contact"
	DateAttached    AttachmentKind = "date"
	FileAttached    AttachmentKind = "file"
)

// Choices implements door.Choice.
func (AttachmentKind) Choices() []string {
	return []string{
		string(PictureAttached), string(VideoAttached), string(SoundAttached), string(PaperAttached),
		string(ContactAttached), string(DateAttached), string(FileAttached),
	}
}

// Attachment is something that came with a text.
type Attachment struct {
	ID   clinic.AttachmentID `json:"id"`
	Kind AttachmentKind      `json:"kind"`
	// Format is the name by which people know such files, such as PDF; empty for
	// an unknown one.
	Format string `json:"format"`
	Bytes  int64  `json:"bytes"`
	// Width and Height are those of a picture that is Shown, in pixels.
	Width  int `json:"width"`
	Height int `json:"height"`
	// Shown says that it has a preview and can be opened.
	Shown bool `json:"shown"`
	// Lost says that it is not here; Problem says why. A Problem of one that is
	// here says why there is no preview.
	Lost    bool     `json:"lost"`
	Problem *Problem `json:"problem"`
	// Again says that it did not come and can be asked for once more.
	Again bool `json:"again"`
}

// PreviewsQuery asks for small pictures, fifty at most.
type PreviewsQuery struct {
	IDs []clinic.AttachmentID `json:"ids"`
}

// Previews are small pictures, in the order asked for.
type Previews struct {
	Items []Preview `json:"items"`
}

// Preview is the address of a small picture, or why there is none. The address
// is good for one request within half a minute.
type Preview struct {
	ID      clinic.AttachmentID `json:"id"`
	Address string              `json:"address"`
	Problem *Problem            `json:"problem"`
}

// AttachmentRef names an attachment.
type AttachmentRef struct {
	ID clinic.AttachmentID `json:"id"`
}

// OpenedAttachment is the address of a picture in full, good for one request
// within half a minute.
type OpenedAttachment struct {
	ID      clinic.AttachmentID `json:"id"`
	Address string              `json:"address"`
	Width   int                 `json:"width"`
	Height  int                 `json:"height"`
}

// SavedCopy says what became of a readable copy that was asked for.
type SavedCopy struct {
	// Saved says that it lies where the person said. It is false where she gave it
	// up, and where the screen has to fetch it from Address.
	Saved bool `json:"saved"`
	// Address is where the screen fetches it, once and within half a minute, to
	// save it under Name; empty where the program saves it itself.
	Address string `json:"address"`
	Name    string `json:"name"`
}
