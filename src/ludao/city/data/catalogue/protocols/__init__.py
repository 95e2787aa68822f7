"""Outside standards that the catalogue speaks."""
