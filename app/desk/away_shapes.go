package desk

// Receiving is whether texts are received while a desk is locked.
type Receiving struct {
	WhileLocked bool `json:"whileLocked"`
}
