"""The workshops: capabilities built once and used by every counter."""
