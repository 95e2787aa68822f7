"""Changes of the base's tables, in order."""
