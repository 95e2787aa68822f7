"""Pure parts of vital signs: scoring."""
